import type { ChatAssignment } from '../../db/chat-assignment.ts'
import type { Queryable } from '../../db/client.ts'
import type { Serving } from '../../db/pool.ts'
import { firstWaiting, listWaitingPools, type Waiting, type WaitingPool } from '../../db/queue.ts'
import { candidatesFor } from './pool.ts'

/** Whom to look at: those who arrived before this number (null: all). */
export type Among = { teamspaceId: string; before: number | null }

/**
 * The conversation that has waited longest among those that somebody could take now; null when
 * there is none. One whose pool is full does not stand in the way of those behind it.
 */
export async function longestServable(
  db: Queryable,
  everyone: Serving[],
  settings: ChatAssignment,
  among: Among,
): Promise<Waiting | null> {
  if (settings.method === 'voluntary') return null
  let longest: Waiting | null = null
  for (const pool of await listWaitingPools(db, among.teamspaceId)) {
    const first = await firstServable(db, everyone, settings, { ...among, pool })
    if (first && (longest === null || first.arrival < longest.arrival)) longest = first
  }
  return longest
}

/** Whoever a team transfer left is no candidate for it: where only he is free, others come first. */
async function firstServable(
  db: Queryable,
  everyone: Serving[],
  settings: ChatAssignment,
  { teamspaceId, before, pool }: Among & { pool: WaitingPool },
): Promise<Waiting | null> {
  const free = (transferorId: string | null) =>
    candidatesFor(everyone, settings, { ...pool, transferorId })
  const [candidate, another] = free(null)
  if (!candidate) return null
  const alone = !another && free(candidate.userId).length === 0 ? candidate.userId : null
  const but = { before, transferorId: alone }
  return firstWaiting(db, teamspaceId, pool, but)
}
