import { createRoute } from '@hono/zod-openapi'
import { assignmentShape } from '../../contract/assignment.ts'
import { conversationShape } from '../../contract/conversation.ts'
import { messageShape } from '../../contract/message.ts'
import { conversationSchema } from '../../contract/schemas/conversation.ts'
import {
  createConversationSchema,
  type NewConversation,
} from '../../contract/schemas/create-conversation.ts'
import { body, json, refusalsOfWrite } from '../../contract/schemas/problem.ts'
import type { Transaction } from '../../db/client.ts'
import { createConversation } from '../../db/conversations/create.ts'
import { type Author, type Stored, storeMessage } from '../../db/conversations/messages.ts'
import type { ConversationRow } from '../../db/conversations/row.ts'
import { findSight, type Sight } from '../../db/conversations/sight.ts'
import type { NewEvent } from '../../db/events/record.ts'
import { insertNotifications } from '../../db/notifications.ts'
import type { Principal } from '../../domain/principals.ts'
import { createRouter, type Deps, principalOf } from '../context.ts'
import { type Acted, answerOnce, keyedRequest, keyHeader, sendAnswer } from '../idempotency.ts'
import { beginningOf, mustBeGranted, mustBegin } from './begin.ts'

const route = createRoute({
  method: 'post',
  path: '/v1/conversations',
  tags: ['Conversations'],
  summary: 'Begin a chat with its AI agent, or a ticket with its first Assignee',
  request: { headers: keyHeader, body: body(createConversationSchema) },
  responses: {
    201: json(conversationSchema, 'It is held from now on'),
    ...refusalsOfWrite('target_not_permitted', 'idempotency_key_reused'),
  },
})

export function createConversationRoute(deps: Deps) {
  const router = createRouter()
  router.openapi(route, async (c) => {
    const principal = principalOf(c)
    const asked = c.req.valid('json')
    mustBegin(principal, asked)
    const keyed = await keyedRequest(c, principal)
    const act = (tx: Transaction) => begin(tx, principal, asked)
    const { answer, acted } = await answerOnce(deps.db, principal, keyed, act)
    return sendAnswer(c, answer, acted === null) as never
  })
  return router
}

/** The answer, and what is told last in the transaction. */
async function begin(
  tx: Transaction,
  principal: Principal,
  asked: NewConversation,
): Promise<Acted> {
  mustBeGranted(principal, asked)
  const beginning = await beginningOf(tx, principal.workspaceId, asked)
  const { conversation, assignment } = await createConversation(tx, principal, beginning)
  const message = asked.message && (await open(tx, principal, conversation, asked.message.text))
  const sight = (await findSight(tx, principal, conversation.id)) as Sight
  const shape = conversationShape(sight, principal, null)
  const { actions, ...created } = shape
  await notify(tx, principal, conversation)
  const as = { before: null, after: conversation }
  const newEvents: NewEvent[] = [
    { type: 'conversation.created', data: created, conversation: as },
    { type: 'conversation.assigned', data: assignmentShape(assignment), conversation: as },
  ]
  if (message) newEvents.push({ type: 'message.created', data: message, conversation: as })
  return { answer: { status: 201, body: JSON.stringify(shape) }, newEvents }
}

/** Whom another named as a ticket's first Assignee is told; what it opens with is no news then. */
async function notify(tx: Transaction, creator: Principal, conversation: ConversationRow) {
  const { assigneeUserId: userId } = conversation
  if (userId === null || userId === creator.id) return
  await insertNotifications(tx, conversation, [{ userId, kind: 'assigned' }])
}

/** The opening message: the player's through a channel, else its creator's. */
async function open(
  tx: Transaction,
  principal: Principal,
  conversation: ConversationRow,
  text: string,
) {
  const author: Author | 'player' =
    principal.type === 'api_key' ? 'player' : { type: principal.type, id: principal.id }
  const { id: conversationId, workspaceId } = conversation
  // No fence: a ticket's creator need not be its Assignee.
  const fence = { conversationId, workspaceId, replier: null }
  const { message } = (await storeMessage(tx, fence, { author, text })) as Stored
  return messageShape(message)
}
