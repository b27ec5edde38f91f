import { chatAssignmentOf, listTeamspacesWaiting } from '../../db/chat-assignment.ts'
import { listServing } from '../../db/pool.ts'
import { longestServable } from '../assignment/waiting.ts'
import type { SweepDeps } from '../sweep.ts'

/** Wakes each queue in which something waits that somebody could take. */
export async function sweepQueues({ db, engine }: SweepDeps): Promise<void> {
  for (const teamspaceId of await listTeamspacesWaiting(db)) {
    const settings = await chatAssignmentOf(db, teamspaceId)
    const everyone = await listServing(db, teamspaceId)
    const among = { teamspaceId, before: null }
    if (await longestServable(db, everyone, settings, among)) await engine.wakeQueue(teamspaceId)
  }
}
