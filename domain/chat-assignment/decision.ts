import type { AssignmentMethod } from '../words.ts'
import type { Pick, Reason } from './pick.ts'

/** Why Chat Assignment picked this agent, or nobody. */
export type Decision = {
  method: AssignmentMethod
  picked: string | null
  candidates: { userId: string; load: number }[]
  excluded: { userId: string; reason: Reason }[]
  /** How many more there were than are recorded. */
  moreCandidates?: number
  moreExcluded?: number
  /** The targeted user or teams could not serve any more: anyone in the teamspace did. */
  fallback?: 'anyone'
  /** A conversation that waited longer could have had the slot. */
  behind?: string
}

/** A pool of hundreds stays readable: at most so many of each are recorded, and how many more. */
const MOST_RECORDED = 50

/** What is recorded of a pick: why this agent, or nobody. */
export function decisionOf(
  method: AssignmentMethod,
  { picked, candidates, excluded }: Pick,
): Decision {
  const moreCandidates = candidates.length - MOST_RECORDED
  const moreExcluded = excluded.length - MOST_RECORDED
  return {
    method,
    picked: picked?.userId ?? null,
    candidates: candidates
      .slice(0, MOST_RECORDED)
      .map(({ userId, openConversations }) => ({ userId, load: openConversations })),
    excluded: excluded
      .toSorted((a, b) => (a.member.userId < b.member.userId ? -1 : 1))
      .slice(0, MOST_RECORDED)
      .map(({ member, reason }) => ({ userId: member.userId, reason })),
    ...(moreCandidates > 0 && { moreCandidates }),
    ...(moreExcluded > 0 && { moreExcluded }),
  }
}
