import type { Database } from '../../db/client.ts'
import { findEventReaders } from '../../db/events/readers.ts'
import type { Stream } from './stream.ts'

/** As if judged before every change, so that the next read judges again. */
const NEVER = -1

/**
 * Keeps up to date what the streams of a workspace may show, as grants, memberships and tokens
 * change. All were judged as of `changes` or later. A stream whose token was deleted is ended.
 */
export function createJudging(
  db: Database,
  workspaceId: string,
  streams: Set<Stream>,
  changes: number,
) {
  let judgedAsOf = changes
  let judging = Promise.resolve()

  /** Resolves once every stream is judged as of this change of grants or a later one. */
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
    try {
      await judgeStreams(db, workspaceId, streams)
    } catch (error) {
      judgedAsOf = NEVER
      throw error
    }
  }

  return {
    asOf,
    /** A stream joined whose reader was judged as of `changes`; the others may be judged as of later ones. */
    joined(changes: number): void {
      if (changes < judgedAsOf) void judgeAll().catch(() => {})
    },
    /** Resolves once all streams that joined are judged; rejects when that failed. */
    finished: () => judging,
    isBehind: (changes: number) => changes > judgedAsOf,
  }
}

/** Gives each stream its reader as of now, and ends those whose token was deleted. */
async function judgeStreams(
  db: Database,
  workspaceId: string,
  streams: Set<Stream>,
): Promise<void> {
  const judged = [...streams]
  const hashes = [...new Set(judged.map((stream) => stream.tokenHash))]
  const readers = await findEventReaders(db, workspaceId, hashes)
  for (const stream of judged) {
    const reader = readers.get(stream.tokenHash)
    if (reader) stream.reader = reader
    else stream.end()
  }
}
