import { type Measured, measure, type Round } from './stream/measure.ts'
import { startService } from './stream/service.ts'

/** The first is not shown: it warms up what is measured. */
const rounds: Round[] = [
  { readers: 10, burst: 300, paced: 10, perSecond: 50 },
  { readers: 1, burst: 1_500, paced: 150, perSecond: 50 },
  { readers: 100, burst: 1_000, paced: 150, perSecond: 50 },
  { readers: 1_000, burst: 500, paced: 60, perSecond: 10 },
]

const row = ({ readers, eventsPerSecond, p50, p99, bytesPerReader }: Measured) => ({
  readers,
  'events/s': Math.round(eventsPerSecond),
  'deliveries/s': Math.round(eventsPerSecond * readers),
  'delay p50, ms': Number(p50.toFixed(1)),
  'delay p99, ms': Number(p99.toFixed(1)),
  'memory, KiB/reader': readers < 1_000 ? '-' : Math.round(bytesPerReader / 1024),
})

const service = await startService()
try {
  const measured: Measured[] = []
  for (const round of rounds) measured.push(await measure(service, round))
  console.log('Events as fast as 8 writers commit them, to streams of one API process; delays from')
  console.log(
    'asking to commit until a reader, in a second process, has the event, at a steady pace.',
  )
  console.table(measured.slice(1).map(row))
} finally {
  await service.stop()
}
