import { listServing } from '../../db/chat-assignment/serving.ts'
import type { Queryable } from '../../db/client.ts'
import {
  listFirstWaiting,
  listWaitingPools,
  MOST_OF_A_POOL,
  type Sought,
  type Waiting,
  type WaitingPool,
} from '../../db/queue/waiting.ts'
import type { Member } from '../../domain/chat-assignment/pick.ts'
import type { ChatAssignment, Serving } from '../../domain/chat-assignment/pool.ts'
import { candidatesFor } from '../../domain/chat-assignment/pool.ts'
import type { Waits } from '../../domain/chat-assignment/reserve.ts'

/** Whom to look at: those who arrived before this number (null: all). */
export type Among = { teamspaceId: string; before: number | null }

/** Who serves in a teamspace, and whom something waits for there. */
export type Situation = { everyone: Serving[]; pools: WaitingPool[] }

/** Both in one round trip: the second is asked for before it is known to be needed. */
export async function findSituation(db: Queryable, teamspaceId: string): Promise<Situation> {
  const asked = [listServing(db, teamspaceId), listWaitingPools(db, teamspaceId)] as const
  const [everyone, pools] = await Promise.all(asked)
  return { everyone, pools }
}

/** A conversation that waits and that somebody could take now. */
export type Servable = Waiting & Waits

/**
 * The conversations that somebody could take now, as many of each pool as are listed, in order of
 * arrival. One whose pool is full does not stand in the way of those behind it.
 */
export async function listServable(
  db: Queryable,
  { everyone, pools }: Situation,
  settings: ChatAssignment,
  among: Among,
): Promise<Servable[]> {
  if (settings.method === 'voluntary') return []
  const free = pools.flatMap((pool) => freeIn(pool, everyone, settings))
  const lists = await listFirstWaiting(db, among, free)
  const servable = lists.flatMap((waiting, index) => {
    const pool = free[index] as Free
    return waiting.map((one, place) => ({
      ...one,
      kind: pool.kind,
      candidates: pool.candidatesBut(one.transferorId),
      unlistedFor: place + 1 === MOST_OF_A_POOL ? pool.candidatesBut(null) : [],
    }))
  })
  return servable.sort((a, b) => a.arrival - b.arrival)
}

/** A pool in which somebody is free, and who could take what this user left (null: nobody did); the same list for the same user. */
type Free = Sought & { candidatesBut: (transferorId: string | null) => Member[] }

/**
 * The pool, if somebody in it is free. Whoever a team transfer left is no candidate for it: where
 * only they are free, others come first.
 */
function freeIn(pool: WaitingPool, everyone: Serving[], settings: ChatAssignment): Free[] {
  const known = new Map<string | null, Member[]>()
  const candidatesBut = (transferorId: string | null) => {
    const candidates =
      known.get(transferorId) ?? candidatesFor(everyone, settings, { ...pool, transferorId })
    known.set(transferorId, candidates)
    return candidates
  }
  const [candidate, another] = candidatesBut(null)
  if (!candidate) return []
  const alone = !another && candidatesBut(candidate.userId).length === 0 ? candidate.userId : null
  return [{ ...pool, leftBy: alone, candidatesBut }]
}
