import { createRoute, z } from '@hono/zod-openapi'
import { idParam, messageText } from '../../contract/schemas/base.ts'
import { expectedEpoch } from '../../contract/schemas/command.ts'
import { messageSchema } from '../../contract/schemas/conversation.ts'
import { body, json, refusalsOfWrite } from '../../contract/schemas/problem.ts'
import type { Transaction } from '../../db/client.ts'
import type { CommandRow } from '../../db/commands/commands.ts'
import type { Principal } from '../../domain/principals.ts'
import { dispatch } from '../../engine/dispatch.ts'
import { createRouter, type Deps, principalOf } from '../context.ts'
import { answerOnce, keyedRequest, keyHeader, sendAnswer } from '../idempotency.ts'
import { invalidRequest } from '../problem-error.ts'
import { receive, type Stored } from './inbound.ts'
import { reply } from './reply.ts'

/** How long a player's message waits for its conversation to be open again. */
const REOPENING_WAIT_MS = 2_000

const newMessage = z
  .strictObject({
    text: messageText,
    expectedEpoch,
    from: z.literal('player').optional().openapi({ description: 'From an API key: always' }),
  })
  .openapi('NewMessage')

const route = createRoute({
  method: 'post',
  path: '/v1/conversations/{id}/messages',
  tags: ['Messages'],
  summary: "The Assignee's reply, or a player's message through a channel",
  request: { params: idParam, headers: keyHeader, body: body(newMessage) },
  responses: {
    201: json(messageSchema, 'Stored, and so sent'),
    ...refusalsOfWrite(
      'not_found',
      'conversation_closed',
      'assignee_changed',
      'not_assignee',
      'idempotency_key_reused',
    ),
  },
})

export function postMessageRoute(deps: Deps) {
  const router = createRouter()
  router.openapi(route, async (c) => {
    const asked = c.req.valid('json')
    const principal = principalOf(c)
    mustFit(principal, asked)
    const keyed = await keyedRequest(c, principal)
    const message = {
      ...asked,
      conversationId: c.req.valid('param').id,
      requestId: c.get('requestId'),
    }
    const store = (tx: Transaction) => storeMessage(tx, principal, message)
    const { answer, acted } = await answerOnce(deps.db, principal, keyed, store)
    if (acted) await reopen(deps, acted.reopening)
    return sendAnswer(c, answer, acted === null) as never
  })
  return router
}

/** An API key speaks for the player and says so; whoever holds the conversation speaks for themselves. */
function mustFit(principal: Principal, asked: z.infer<typeof newMessage>): void {
  if (principal.type !== 'api_key') {
    if (asked.from) throw invalidRequest('from', 'Only an API key posts for the player')
    return
  }
  if (!asked.from) throw invalidRequest('from', 'An API key posts for the player: "player"')
  if (asked.expectedEpoch) throw invalidRequest('expectedEpoch', 'A player knows no epochs')
}

async function storeMessage(
  tx: Transaction,
  principal: Principal,
  message: Parameters<typeof reply>[2],
): Promise<Stored> {
  if (principal.type === 'api_key') {
    return receive(tx, principal, message.conversationId, message.text)
  }
  return { ...(await reply(tx, principal, message)), reopening: [] }
}

/** The message is stored already: whoever reads on should find the conversation open. */
async function reopen(deps: Deps, commands: CommandRow[]): Promise<void> {
  for (const { id } of commands) {
    const settled = deps.waiting.settled(id, REOPENING_WAIT_MS, true)
    // Not awaited: an engine that hangs must not hold the answer of what is stored.
    void dispatch(deps, commands)
    await settled.catch(() => null)
  }
}
