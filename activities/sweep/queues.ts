import { listServing } from '../../db/chat-assignment/serving.ts'
import { chatAssignmentOf, listTeamspacesWaiting } from '../../db/chat-assignment/settings.ts'
import { longestServable } from '../chat-assignment/waiting.ts'
import { repairing } from './repair.ts'

/** Wakes each queue in which something waits that somebody could take. */
export const queuesUnwoken = repairing(
  async ({ db }) => (await listTeamspacesWaiting(db)).map((id) => ({ id })),
  async ({ db, engine }, { id }) => {
    const settings = await chatAssignmentOf(db, id)
    const everyone = await listServing(db, id)
    const among = { teamspaceId: id, before: null }
    if (await longestServable(db, everyone, settings, among)) await engine.wakeQueue(id)
  },
)
