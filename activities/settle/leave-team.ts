import { isDeletedTeam } from '../../db/people/delete-team.ts'
import type { Case, Change } from './change.ts'

/** What a deleted team had keeps its Assignee, or its place in the queue, and has no team. */
export async function leaveTeam({ tx, conversation }: Case): Promise<Change> {
  const { teamId } = conversation
  return teamId !== null && (await isDeletedTeam(tx, teamId)) ? { teamId: null } : {}
}
