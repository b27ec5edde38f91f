import { runApi } from './run/api.ts'
import { orExplain } from './run/or-explain.ts'
import { untilSignal } from './run/until-signal.ts'
import { readSettings, resolveSettings } from './settings.ts'

await orExplain(async () => {
  const api = await runApi(resolveSettings(readSettings(process.env)))
  console.log(`API at ${api.url}`)
  await untilSignal(api)
})
