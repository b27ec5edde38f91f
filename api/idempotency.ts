import { createHash } from 'node:crypto'
import { z } from '@hono/zod-openapi'
import type { Context } from 'hono'
import type { ContentfulStatusCode } from 'hono/utils/http-status'
import type { Database, Queryable, Transaction } from '../db/client.ts'
import {
  claimKey,
  findKey,
  type KeyedRequest,
  type KeyRow,
  rememberResult,
} from '../db/commands/idempotency.ts'
import { type NewEvent, recordEvents } from '../db/events/record.ts'
import type { Principal } from '../domain/principals.ts'
import type { Env } from './context.ts'
import { ProblemError } from './problem-error.ts'

export const keyHeader = z.object({
  'idempotency-key': z
    .string()
    .regex(/^[\x20-\x7e]{1,255}$/, 'must be 1–255 printable characters')
    .optional(),
})

/** An answer as it is sent and remembered: byte for byte. */
export type Answer = { status: number; body: string }

/** The request's key with what makes it the same request; undefined when it carries none. */
export async function keyedRequest(
  c: Context<Env>,
  principal: Principal,
): Promise<KeyedRequest | undefined> {
  const key = c.req.header('idempotency-key')
  if (key === undefined) return undefined
  const request = [c.req.method, c.req.path, await c.req.text()]
  const requestHash = createHash('sha256').update(JSON.stringify(request)).digest('hex')
  return { principal, key, requestHash }
}

/** What the key stands for already; null when it is new. 422 when it was another request. */
export async function recall(db: Queryable, keyed: KeyedRequest): Promise<KeyRow | null> {
  const known = await findKey(db, keyed.principal, keyed.key)
  if (known && known.requestHash !== keyed.requestHash) {
    throw new ProblemError('idempotency_key_reused')
  }
  return known
}

/** What a request did that is answered at once: its answer, and what it tells. */
export type Acted = { answer: Answer; newEvents: NewEvent[] }

/**
 * Acts in one transaction with its events and what its key remembers; or, where the key is known
 * or taken by a request in flight, has acted before (`acted` is null) and gives that answer.
 */
export async function answerOnce<T extends Acted>(
  db: Database,
  principal: Principal,
  keyed: KeyedRequest | undefined,
  act: (tx: Transaction) => Promise<T>,
): Promise<{ answer: Answer; acted: T | null }> {
  const known = keyed && (await recall(db, keyed))
  const acted = known ? null : await db.transaction((tx) => actFirst(tx, principal, keyed, act))
  if (acted || !keyed) return { answer: (acted as T).answer, acted }
  const { answerStatus, answerBody } = (known ?? (await recall(db, keyed))) as KeyRow
  return { answer: { status: answerStatus as number, body: answerBody as string }, acted: null }
}

/** Null when another request took the key, which only a keyed one meets. */
async function actFirst<T extends Acted>(
  tx: Transaction,
  { workspaceId }: Principal,
  keyed: KeyedRequest | undefined,
  act: (tx: Transaction) => Promise<T>,
): Promise<T | null> {
  if (keyed && !(await claimKey(tx, keyed))) return null
  const acted = await act(tx)
  const { status: answerStatus, body: answerBody } = acted.answer
  if (keyed) await rememberResult(tx, keyed, { answerStatus, answerBody })
  await recordEvents(tx, workspaceId, acted.newEvents)
  return acted
}

/** Sends an answer that may have been given before. */
export function sendAnswer(c: Context<Env>, answer: Answer, replayed: boolean) {
  const type = answer.status >= 400 ? 'application/problem+json' : 'application/json'
  if (replayed) c.header('idempotency-replayed', 'true')
  return c.body(answer.body, answer.status as ContentfulStatusCode, { 'content-type': type })
}
