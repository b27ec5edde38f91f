import { and, eq } from 'drizzle-orm'
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

/** What comes of a keyed request: a command, or an answer given at once. */
export type KeyedResult = { commandId: string } | { answerStatus: number; answerBody: string }

/** What this principal used the key for before; null when never. */
export async function findKey(
  db: Queryable,
  principal: Principal,
  key: string,
): Promise<KeyRow | null> {
  const [row] = await db
    .select()
    .from(idempotencyKeys)
    .where(
      and(
        eq(idempotencyKeys.principalType, principal.type),
        eq(idempotencyKeys.principalId, principal.id),
        eq(idempotencyKeys.key, key),
      ),
    )
  return row ?? null
}

/**
 * Remembers the request and what comes of it. False when the key is taken: it waits for a
 * transaction in flight that took it, and the caller must roll back and answer what that one did.
 */
export async function claimKey(
  tx: Transaction,
  { principal, key, requestHash }: KeyedRequest,
  result: KeyedResult,
): Promise<boolean> {
  const rows = await tx
    .insert(idempotencyKeys)
    .values({
      workspaceId: principal.workspaceId,
      principalType: principal.type,
      principalId: principal.id,
      key,
      requestHash,
      ...result,
    })
    .onConflictDoNothing()
    .returning({ key: idempotencyKeys.key })
  return rows.length > 0
}
