import { createHash } from 'node:crypto'
import { z } from '@hono/zod-openapi'
import type { Context } from 'hono'
import type { ContentfulStatusCode } from 'hono/utils/http-status'
import type { Database, Transaction } from '../db/client.ts'
import { claimKey, findKey, type KeyedRequest, type KeyRow } from '../db/commands/idempotency.ts'
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
export async function recall(db: Database, keyed: KeyedRequest): Promise<KeyRow | null> {
  const known = await findKey(db, keyed.principal, keyed.key)
  if (known && known.requestHash !== keyed.requestHash) {
    throw new ProblemError('idempotency_key_reused')
  }
  return known
}

class KeyTaken extends Error {}

/** Rolls the transaction back when the key is taken meanwhile. */
export async function claimOrRollBack(
  tx: Transaction,
  keyed: KeyedRequest,
  result: Parameters<typeof claimKey>[2],
): Promise<void> {
  if (!(await claimKey(tx, keyed, result))) throw new KeyTaken()
}

/**
 * Runs `first` in a transaction, or, where the key is known or taken by a request in flight,
 * answers `again` with what it stands for.
 */
export async function onceByKey<T>(
  db: Database,
  keyed: KeyedRequest | undefined,
  first: (tx: Transaction) => Promise<T>,
  again: (known: KeyRow) => Promise<T>,
): Promise<T> {
  const known = keyed && (await recall(db, keyed))
  if (known) return again(known)
  try {
    return await db.transaction(first)
  } catch (error) {
    // Refused meanwhile, it may be because of what the first one with this key did.
    const isToAsk = error instanceof KeyTaken || error instanceof ProblemError
    const taken = keyed && isToAsk && (await recall(db, keyed))
    if (!taken) throw error
    return again(taken)
  }
}

/** Sends an answer that may have been given before. */
export function sendAnswer(c: Context<Env>, answer: Answer, replayed: boolean) {
  const type = answer.status >= 400 ? 'application/problem+json' : 'application/json'
  if (replayed) c.header('idempotency-replayed', 'true')
  return c.body(answer.body, answer.status as ContentfulStatusCode, { 'content-type': type })
}
