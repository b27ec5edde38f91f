import type { Whereabouts } from '../../domain/conversation.ts'
import { maySee } from '../../domain/permission.ts'
import type { Principal } from '../../domain/principals.ts'
import type { Queryable } from '../client.ts'
import { findMemberships, teamsThere } from '../people/memberships.ts'
import { type AssignmentRow, findAssignment, fromOf, toOf } from './assignments.ts'
import type { ConversationRow } from './row.ts'

/**
 * Whether a principal who may not see a conversation now is still told who holds it: they held it
 * in the epoch just before, or name as `expectedEpoch` one in which they could see it. So nobody
 * loses a draft without a word.
 */
export async function wasThere(
  db: Queryable,
  principal: Principal,
  conversation: ConversationRow,
  expectedEpoch: number | undefined,
): Promise<boolean> {
  const latest = await findAssignment(db, conversation.id, conversation.epoch)
  const before = latest && fromOf(latest)
  if (before?.type === principal.type && before.id === principal.id) return true
  if (expectedEpoch === undefined || expectedEpoch >= conversation.epoch) return false
  return sawEpoch(db, principal, conversation, expectedEpoch)
}

/** By their present grants and teams, as for what they see now. */
async function sawEpoch(
  db: Queryable,
  principal: Principal,
  conversation: ConversationRow,
  epoch: number,
): Promise<boolean> {
  const { workspaceId, kind } = conversation
  const then = await findAssignment(db, conversation.id, epoch)
  if (!then) return false
  const userIds = principal.type === 'user' ? [principal.id] : []
  const memberships = (await findMemberships(db, workspaceId, userIds)).get(principal.id) ?? null
  const where = whereaboutsThen(conversation, then)
  return maySee(principal, kind, where, teamsThere(memberships, conversation))
}

/** The record does not name the origin: that changes only when the AI agent is deleted, which then asks no more. */
function whereaboutsThen(conversation: ConversationRow, then: AssignmentRow): Whereabouts {
  const holder = toOf(then)
  return {
    holder,
    teamId: then.teamId,
    originAiAgentId: conversation.originAiAgentId,
    pool: holder === null ? { teamIds: then.queueTeamIds } : null,
  }
}
