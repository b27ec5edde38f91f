import { median, medianAndRange } from './figures.ts'
import { makeTables, openWriters, slowFlush, type When, WRITERS, whens } from './notify/writers.ts'
import { ownPostgres } from './own/postgres.ts'

const SLICE_MS = 2_000
/** The first is not shown: it warms up what is measured. */
const ROUNDS = 7
/** Microseconds that a flush takes longer: not at all, and as on a disk that is far away. */
const FLUSHES = [0, 2_000]

/** One slice of each, in turn; the next round goes backwards. */
async function measure(url: string): Promise<Record<When, number[]>> {
  const writers = await openWriters(url)
  const measured: Record<When, number[]> = {
    'in the transaction': [],
    'after the commit': [],
    never: [],
  }
  for (let round = 0; round < ROUNDS; round += 1) {
    for (const when of round % 2 === 0 ? whens : whens.toReversed()) {
      const perSecond = await writers.commitsPerSecond(when, SLICE_MS)
      if (round > 0) measured[when].push(perSecond)
    }
  }
  await writers.close()
  return measured
}

/** What one is of another in the same round. */
function ratio(ones: number[], others: number[]): string {
  return medianAndRange(ones.map((one, n) => one / (others[n] ?? Number.NaN)))
}

const server = await ownPostgres()
try {
  await makeTables(server.url)
  console.log(`Commits per second of ${WRITERS} writers, by when listeners are told.`)
  for (const flush of FLUSHES) {
    await slowFlush(server.url, flush)
    const measured = await measure(server.url)
    console.log(`\nWith flushes that take ${flush / 1_000} ms longer:`)
    console.table(
      whens.map((when) => ({
        told: when,
        'commits/s': Math.round(median(measured[when])),
        'as against in the transaction': ratio(measured[when], measured['in the transaction']),
      })),
    )
  }
} finally {
  await server.stop()
}
