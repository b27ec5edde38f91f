import type { Database } from '../../db/client.ts'
import { findEventReaders } from '../../db/events/readers.ts'
import type { Stream } from './stream.ts'

/** Judged as of no change at all, and so anew as soon as anything is read. */
const NEVER = -1

/**
 * Keeps what the streams of a workspace may show abreast of grants, memberships and tokens. All
 * were judged as of `changes` at least; whose token is nobody's any more has his streams ended.
 */
export function createJudging(
  db: Database,
  workspaceId: string,
  streams: Set<Stream>,
  changes: number,
) {
  let judgedAsOf = changes
  let judging = Promise.resolve()

  /** Resolves once every stream is judged as of this change of grants, or a later one. */
  async function asOf(changes: number): Promise<void> {
    if (changes > judgedAsOf) {
      judgedAsOf = changes
      await judgeAll()
    }
    await judging
  }

  /** One after the other, so that the last answer is the latest. */
  function judgeAll(): Promise<void> {
    judging = judging.catch(() => {}).then(judge)
    return judging
  }

  async function judge(): Promise<void> {
    const judged = [...streams]
    const hashes = [...new Set(judged.map((stream) => stream.tokenHash))]
    const found = await findEventReaders(db, workspaceId, hashes).catch((error) => {
      judgedAsOf = NEVER
      throw error
    })
    for (const stream of judged) {
      const reader = found.get(stream.tokenHash)
      if (reader) stream.reader = reader
      else stream.end()
    }
  }

  return {
    asOf,
    /** A stream that was opened by who was judged as of `changes`; others may be further. */
    joined(changes: number): void {
      if (changes < judgedAsOf) void judgeAll().catch(() => {})
    },
    /** Resolves once those who have joined are judged; rejects when that failed. */
    settled: () => judging,
    isBehind: (changes: number) => changes > judgedAsOf,
  }
}
