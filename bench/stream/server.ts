import { runApi } from '../../bin/run/api.ts'
import { readSettings, resolveSettings } from '../../bin/settings.ts'

/** The API as it runs, in a process of its own, which says where it is and what memory it has. */
const [settings = '{}'] = process.argv.slice(2)
const api = await runApi(resolveSettings(readSettings(JSON.parse(settings))))

process.on('message', () => {
  globalThis.gc?.()
  process.send?.({ rss: process.memoryUsage().rss })
})
process.on('disconnect', () => process.exit())
process.send?.({ url: api.url })
