import type { Transaction } from '../../db/client.ts'
import type { ConversationRow } from '../../db/conversations.ts'
import { permitUser } from '../../db/permitted.ts'
import { chatAssignmentOf, listPool } from '../../db/pool.ts'
import type { Decision } from '../../db/schema.ts'
import { pick } from './pick.ts'

/** Whom Chat Assignment chose for a conversation, and whether anyone permitted in the pool is online. */
export type Choice = { decision: Decision; anyoneOnline: boolean }

/**
 * Lets the teamspace's Chat Assignment choose among these teams, or anyone (null). The caller
 * holds the lock on the workspace, under which caps and the order of the queue are counted.
 */
export async function choose(
  tx: Transaction,
  conversation: ConversationRow,
  pool: { teamIds: string[] | null; transferorId?: string },
): Promise<Choice> {
  const settings = await chatAssignmentOf(tx, conversation.teamspaceId)
  const members = await listPool(tx, conversation, pool.teamIds)
  const decision = pick(members, {
    cap: conversation.kind === 'chat' ? settings.maxChatsPerAgent : null,
    transferorId: pool.transferorId ?? null,
  })
  if (decision.picked) await mustPermit(tx, conversation, decision.picked)
  return { decision, anyoneOnline: members.some((one) => one.permitted && one.online) }
}

/** Deactivation waits for the workspace's lock, so the picked user is still permitted. */
async function mustPermit(tx: Transaction, conversation: ConversationRow, userId: string) {
  const user = await permitUser(tx, conversation, userId)
  if (typeof user === 'string') throw new Error(`Picked ${userId}, who is ${user}`)
}
