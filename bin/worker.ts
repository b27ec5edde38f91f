import { orExplain } from './run/or-explain.ts'
import { untilSignal } from './run/until-signal.ts'
import { runWorker } from './run/worker.ts'
import { readSettings, resolveSettings } from './settings.ts'

await orExplain(async () => {
  const settings = resolveSettings(readSettings(process.env))
  const worker = await runWorker(settings)
  console.log(`Worker for ${settings.temporalAddress}`)
  await untilSignal(worker)
})
