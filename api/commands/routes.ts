import { createRoute, type z } from '@hono/zod-openapi'
import type { Context } from 'hono'
import { commandShape } from '../../contract/command.ts'
import type { ProblemCode } from '../../contract/problem.ts'
import { idParam } from '../../contract/schemas/base.ts'
import { acceptanceSchema, commandBodies, pendingSchema } from '../../contract/schemas/command.ts'
import { body, json, refusalsOfWrite } from '../../contract/schemas/problem.ts'
import type { CommandPayload } from '../../db/schema.ts'
import type { Principal } from '../../domain/principals.ts'
import type { SignalledKind } from '../../domain/signals.ts'
import { channelOf, createRouter, type Deps, type Env, principalOf, userOf } from '../context.ts'
import { keyedRequest, keyHeader, sendAnswer } from '../idempotency.ts'
import { ProblemError } from '../problem-error.ts'
import { preferredWaitMs } from './prefer.ts'
import { submit } from './submit.ts'

type Ask<Body> = {
  path: string
  kind: SignalledKind
  summary: string
  body: z.ZodType<Body>
  /** Why it may be refused, beside what every command may be refused for. */
  refusedAs: ProblemCode[]
  /** Returns the caller if their kind of principal may ask for this; 403 otherwise. */
  by: (c: Context<Env>) => Principal
  payload: (body: Body) => CommandPayload
  /** Whether it is a claim where the conversation waits in the queue. */
  claimsIfQueued?: (body: Body) => boolean
}

/** The seven commands on a conversation. */
export function commandRoutes(deps: Deps) {
  const router = createRouter()
  ask(router, deps, {
    path: 'handoff',
    kind: 'handoff',
    summary: 'Hand the chat off to a live agent, or the queue',
    body: commandBodies.handoff,
    refusedAs: ['conversation_closed', 'not_assignee', 'no_agent_available'],
    by: channelOf,
    payload: (body) => body,
  })
  ask(router, deps, {
    path: 'transfer',
    kind: 'transfer',
    summary: 'Pass it to another permitted user',
    body: commandBodies.transfer,
    refusedAs: [
      'conversation_closed',
      'assignee_changed',
      'not_assignee',
      'plan_required',
      'target_not_permitted',
      'self_transfer',
    ],
    by: userOf,
    payload: (body) => body,
  })
  ask(router, deps, {
    path: 'team-transfer',
    kind: 'team_transfer',
    summary: 'Pass it to a team: Chat Assignment picks the member',
    body: commandBodies.teamTransfer,
    refusedAs: [
      'conversation_closed',
      'assignee_changed',
      'not_assignee',
      'plan_required',
      'target_not_permitted',
    ],
    by: userOf,
    payload: (body) => body,
  })
  ask(router, deps, {
    path: 'takeover',
    kind: 'takeover',
    summary: 'Send the next reply and so hold it; of the queue, also without a reply',
    body: commandBodies.takeover,
    refusedAs: [
      'conversation_closed',
      'assignee_changed',
      'not_assignee',
      'already_assignee',
      'message_required',
    ],
    by: userOf,
    payload: ({ message, expectedEpoch }) => ({ text: message?.text, expectedEpoch }),
    claimsIfQueued: ({ message }) => message === undefined,
  })
  ask(router, deps, {
    path: 'close',
    kind: 'close',
    summary: 'End the episode; a chat returns to its AI agent',
    body: commandBodies.close,
    refusedAs: ['conversation_closed', 'assignee_changed', 'not_assignee'],
    by: notApiKeyOf,
    payload: (body) => body,
  })
  ask(router, deps, {
    path: 'cancel-handoff',
    kind: 'cancel_handoff',
    summary: 'Take a queued handoff back: the AI agent holds the chat again',
    body: commandBodies.cancelHandoff,
    refusedAs: ['conversation_closed', 'not_queued'],
    by: channelOf,
    payload: (body) => body,
  })
  ask(router, deps, {
    path: 'status',
    kind: 'status',
    summary: 'Set the status by hand',
    body: commandBodies.status,
    refusedAs: ['conversation_closed', 'not_assignee'],
    by: userOf,
    payload: (body) => body,
  })
  return router
}

function notApiKeyOf(c: Context<Env>): Principal {
  const principal = principalOf(c)
  if (principal.type !== 'api_key') return principal
  throw new ProblemError('permission_denied', { detail: 'An API key is never an Assignee' })
}

function ask<Body>(router: ReturnType<typeof createRouter>, deps: Deps, command: Ask<Body>) {
  router.openapi(routeOf(command), async (c) => {
    const waitMs = preferredWaitMs(c)
    const principal = command.by(c)
    const asked = c.req.valid('json') as Body
    const { command: row, replayed } = await submit(deps, {
      principal,
      conversationId: c.req.valid('param').id,
      kind: command.kind,
      payload: command.payload(asked),
      claimsIfQueued: command.claimsIfQueued?.(asked) ?? false,
      keyed: await keyedRequest(c, principal),
      requestId: c.get('requestId'),
      waitMs,
      deadline: c.get('deadline'),
    })
    if (row.answerStatus !== null && row.answerBody !== null) {
      return sendAnswer(c, { status: row.answerStatus, body: row.answerBody }, replayed) as never
    }
    return c.json({ command: commandShape(row) }, 202, {
      location: `/v1/commands/${row.id}`,
    }) as never
  })
}

function routeOf<Body>({ path, summary, body: schema, refusedAs }: Ask<Body>) {
  return createRoute({
    method: 'post',
    path: `/v1/conversations/{id}/${path}`,
    tags: ['Commands'],
    summary,
    request: { params: idParam, headers: keyHeader, body: body(schema as z.ZodType) },
    responses: {
      200: json(acceptanceSchema, 'Carried out, or queued'),
      202: json(pendingSchema, 'Not settled within the wait; it will be carried out'),
      ...refusalsOfWrite('idempotency_key_reused', 'not_found', ...refusedAs),
    },
  })
}
