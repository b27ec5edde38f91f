import { OpenAPIHono, z } from '@hono/zod-openapi'
import type { Context } from 'hono'
import type { Logger } from 'pino'
import type { Database } from '../db/client.ts'
import type {
  AiAgentPrincipal,
  ApiKeyPrincipal,
  Principal,
  UserPrincipal,
} from '../domain/principals.ts'
import type { Engine } from '../engine/signal.ts'
import type { Waiting } from './commands/waiting.ts'
import type { Deadline } from './deadline.ts'
import type { EventStreams } from './events/streams.ts'
import { ProblemError } from './problem-error.ts'
import { answerInvalid } from './problems.ts'
import { mustTake } from './query.ts'

/** What the API is made of. */
export type Deps = {
  db: Database
  engine: Engine
  waiting: Waiting
  events: EventStreams
  log: Logger
  /** SHA-256 of the root token, hex. */
  rootTokenHash: string
  /** Whether webhooks may go to private and loopback addresses; false when absent. */
  allowPrivateWebhooks?: boolean
  /** Of a demo: a token of each of its people, by their user id. */
  demoTokens?: ReadonlyMap<string, string>
}

/** Who calls: somebody of one workspace, or root. */
export type Caller = Principal | { type: 'root' }

/** `tokenHash` is of the caller's bearer token: SHA-256, hex. */
export type Env = {
  Variables: { requestId: string; caller: Caller; tokenHash: string; deadline: Deadline }
}

/** A router that answers validation errors as problems, and refuses query parameters that a route does not declare. */
export function createRouter() {
  const router = new OpenAPIHono<Env>({ defaultHook: answerInvalid })
  const { openapi } = router
  const add: typeof openapi = (route, ...rest) => {
    const query = (route.request?.query ?? z.object({})) as z.ZodObject
    const middleware = [mustTake(query), ...[route.middleware ?? []].flat()]
    return openapi({ ...route, middleware }, ...(rest as [never]))
  }
  router.openapi = add
  return router
}

const wrongKind = (wanted: string) =>
  new ProblemError('permission_denied', { detail: `Only ${wanted} may do this` })

/** The caller as somebody of a workspace; 403 for root. */
export function principalOf(c: Context<Env>): Principal {
  const caller = c.get('caller')
  if (caller.type === 'root') throw wrongKind('somebody of a workspace')
  return caller
}

/** The caller as a user; 403 for any other kind. */
export function userOf(c: Context<Env>): UserPrincipal {
  const caller = c.get('caller')
  if (caller.type !== 'user') throw wrongKind('a user')
  return caller
}

/** The caller as an admin; 403 for anybody else. */
export function adminOf(c: Context<Env>): UserPrincipal {
  const user = userOf(c)
  if (!user.isAdmin) throw wrongKind('an admin')
  return user
}

/** The caller as a user or API key, who may read people and settings; 403 for any other kind. */
export function readerOf(c: Context<Env>): UserPrincipal | ApiKeyPrincipal {
  const caller = c.get('caller')
  if (caller.type === 'user' || caller.type === 'api_key') return caller
  throw wrongKind('a user or an API key')
}

/** The caller as an admin or API key, who see the whole workspace; 403 for anybody else. */
export function mustSeeAll(c: Context<Env>): UserPrincipal | ApiKeyPrincipal {
  const caller = c.get('caller')
  return caller.type === 'api_key' ? caller : adminOf(c)
}

/** The caller as an AI agent or API key; 403 for any other kind. */
export function channelOf(c: Context<Env>): AiAgentPrincipal | ApiKeyPrincipal {
  const caller = c.get('caller')
  if (caller.type === 'ai_agent' || caller.type === 'api_key') return caller
  throw wrongKind('an AI agent or an API key')
}

/** 403 unless the caller is root. */
export function mustBeRoot(c: Context<Env>): void {
  if (c.get('caller').type !== 'root') throw wrongKind('root')
}
