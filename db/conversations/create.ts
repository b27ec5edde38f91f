import type { Principal } from '../../domain/principals.ts'
import type { Holder } from '../../domain/words.ts'
import type { Transaction } from '../client.ts'
import { newId } from '../ids.ts'
import { assignments, conversations } from '../schema.ts'
import { type AssignmentRow, rememberAssigned } from './assignments.ts'
import { type ConversationRow, holdingOf } from './row.ts'

/** What a new conversation is made of; its first Assignee is a chat's AI agent or a ticket's named user. */
export type Beginning = Pick<
  typeof conversations.$inferInsert,
  | 'kind'
  | 'teamspaceId'
  | 'subject'
  | 'language'
  | 'playerExternalId'
  | 'playerName'
  | 'playerEmail'
  | 'teamId'
> & { assignee: Holder }

/** Writes a conversation with its first assignment, held from its first moment on. */
export async function createConversation(
  tx: Transaction,
  creator: Principal,
  { assignee, ...beginning }: Beginning,
): Promise<{ conversation: ConversationRow; assignment: AssignmentRow }> {
  const { workspaceId } = creator
  const [conversation] = await tx
    .insert(conversations)
    .values({
      ...beginning,
      ...holdingOf(assignee),
      id: newId('conversation'),
      workspaceId,
      status: 'open',
      originAiAgentId: assignee.type === 'ai_agent' ? assignee.id : null,
    })
    .returning()
  const created = conversation as ConversationRow
  const { createdAt: at, assigneeUserId } = created
  const [[assignment]] = await Promise.all([
    tx
      .insert(assignments)
      .values({
        workspaceId,
        conversationId: created.id,
        number: 1,
        // Not later than the conversation began.
        at,
        cause: 'created',
        actorType: creator.type,
        actorId: creator.id,
        toUserId: assigneeUserId,
        toAiAgentId: created.assigneeAiAgentId,
        teamId: created.teamId,
      })
      .returning(),
    assigneeUserId && rememberAssigned(tx, workspaceId, assigneeUserId),
  ])
  return { conversation: created, assignment: assignment as AssignmentRow }
}
