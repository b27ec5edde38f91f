import type { Queryable } from '../../db/client.ts'
import {
  listFirstWaiting,
  listWaitingPools,
  type Sought,
  type Waiting,
  type WaitingPool,
} from '../../db/queue/waiting.ts'
import type { ChatAssignment, Serving } from '../../domain/chat-assignment/pool.ts'
import { candidatesFor } from '../../domain/chat-assignment/pool.ts'

/** Whom to look at: those who arrived before this number (null: all). */
export type Among = { teamspaceId: string; before: number | null }

/** What waits longest for a pool in which somebody is free, and who is. */
export type Servable = Waiting & { candidateIds: ReadonlySet<string> }

/** Of each pool in which somebody is free, the conversation that has waited longest for it. */
export async function listServable(
  db: Queryable,
  everyone: Serving[],
  settings: ChatAssignment,
  among: Among,
): Promise<Servable[]> {
  if (settings.method === 'voluntary') return []
  const pools = await listWaitingPools(db, among.teamspaceId)
  const free = pools.flatMap((pool) => freeIn(pool, everyone, settings))
  const waiting = await listFirstWaiting(db, among, free)
  return waiting.flatMap((first, index) => {
    const { candidateIds } = free[index] as Free
    return first ? [{ ...first, candidateIds }] : []
  })
}

/**
 * The conversation that has waited longest among those that somebody could take now; null when
 * there is none. One whose pool is full does not stand in the way of those behind it.
 */
export async function longestServable(
  ...[db, everyone, settings, among]: Parameters<typeof listServable>
): Promise<Servable | null> {
  return longest(await listServable(db, everyone, settings, among))
}

/** The one of these that has waited longest. */
export function longest(servable: Servable[]): Servable | null {
  return servable.toSorted((a, b) => a.arrival - b.arrival)[0] ?? null
}

/** A pool in which somebody is free, and who. */
type Free = Sought & { candidateIds: ReadonlySet<string> }

/**
 * The pool, if somebody in it is free. Whoever a team transfer left is no candidate for it: where
 * only they are free, others come first.
 */
function freeIn(pool: WaitingPool, everyone: Serving[], settings: ChatAssignment): Free[] {
  const free = (transferorId: string | null) =>
    candidatesFor(everyone, settings, { ...pool, transferorId })
  const candidates = free(null)
  const [candidate, another] = candidates
  if (!candidate) return []
  const alone = !another && free(candidate.userId).length === 0 ? candidate.userId : null
  const candidateIds = new Set(candidates.map((one) => one.userId))
  return [{ ...pool, leftBy: alone, candidateIds }]
}
