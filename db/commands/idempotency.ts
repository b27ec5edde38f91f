import { and, eq, type SQL } from 'drizzle-orm'
import type { Principal } from '../../domain/principals.ts'
import type { Queryable, Transaction } from '../client.ts'
import { idempotencyKeys } from '../schema.ts'

export type KeyRow = typeof idempotencyKeys.$inferSelect

/** One request as its Idempotency-Key remembers it. */
export type KeyedRequest = {
  principal: Principal
  key: string
  /** SHA-256 of method, path and body, hex. */
  requestHash: string
}

/** What this principal used the key for before; null when never. */
export async function findKey(
  db: Queryable,
  principal: Principal,
  key: string,
): Promise<KeyRow | null> {
  const [row] = await db.select().from(idempotencyKeys).where(isKey(principal, key))
  return row ?? null
}

/** Fills the row until the result is known. The transaction that takes the key replaces it, so nobody sees it. */
const UNKNOWN_YET = { answerStatus: 0, answerBody: '' }

/**
 * Takes the key for what this transaction will do. False when it is taken: this waits for a
 * transaction in flight that took it.
 */
export async function claimKey(
  tx: Transaction,
  { principal, key, requestHash }: KeyedRequest,
): Promise<boolean> {
  const { workspaceId, type: principalType, id: principalId } = principal
  const rows = await tx
    .insert(idempotencyKeys)
    .values({ workspaceId, principalType, principalId, key, requestHash, ...UNKNOWN_YET })
    .onConflictDoNothing()
    .returning({ key: idempotencyKeys.key })
  return rows.length > 0
}

/** What comes of a keyed request: a command, or an answer given at once. */
type KeyedResult = { commandId: string } | { answerStatus: number; answerBody: string }

/** Says what came of the request whose key this transaction took. */
export async function rememberResult(
  tx: Transaction,
  { principal, key }: KeyedRequest,
  result: KeyedResult,
): Promise<void> {
  const none = { commandId: null, answerStatus: null, answerBody: null }
  await tx
    .update(idempotencyKeys)
    .set({ ...none, ...result })
    .where(isKey(principal, key))
}

function isKey({ type, id }: Principal, key: string): SQL {
  return and(
    eq(idempotencyKeys.principalType, type),
    eq(idempotencyKeys.principalId, id),
    eq(idempotencyKeys.key, key),
  ) as SQL
}
