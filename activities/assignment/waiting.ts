import type { ChatAssignment } from '../../db/chat-assignment.ts'
import type { Queryable } from '../../db/client.ts'
import type { Serving } from '../../db/pool.ts'
import { listWaiting, type Waiting } from '../../db/queue.ts'
import { hasCandidate } from './pool.ts'

/** Whom to look at: those who arrived before this number (null: all), but for these conversations. */
export type Among = { teamspaceId: string; before: number | null; passedOver: string[] }

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
  const free = teamsWithFree(everyone, settings)
  if (!free.anyone) return null
  const allTeams = [...new Set(everyone.flatMap((one) => one.teamIds))]
  for (let after = 0; ; ) {
    const page = await listWaiting(db, { ...among, after, freeTeams: free.teams, allTeams })
    const found = page.find((entry) => hasCandidate(everyone, settings, entry))
    const last = page.at(-1)
    if (found || !last) return found ?? null
    after = last.arrival
  }
}

/** The teams in which somebody could take something: a sieve, so that few entries need a closer look. */
function teamsWithFree(everyone: Serving[], { maxChatsPerAgent }: ChatAssignment) {
  const free = everyone.filter(
    (one) =>
      one.online && ((one.mayHoldChats && one.openChats < maxChatsPerAgent) || one.mayHoldTickets),
  )
  return { anyone: free.length > 0, teams: [...new Set(free.flatMap((one) => one.teamIds))] }
}
