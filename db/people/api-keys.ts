import { and, isNull, sql } from 'drizzle-orm'
import type { Queryable, Transaction } from '../client.ts'
import { newId } from '../ids.ts'
import { oneOf, type Part, within } from '../listing.ts'
import { apiKeys } from '../schema.ts'
import { deleteTokensOf, issueToken } from './tokens.ts'

export type ApiKeyRow = typeof apiKeys.$inferSelect

const notRevoked = isNull(apiKeys.revokedAt)

export function listApiKeys(db: Queryable, workspaceId: string, part: Part): Promise<ApiKeyRow[]> {
  return db
    .select()
    .from(apiKeys)
    .where(and(within(apiKeys, workspaceId, part), notRevoked))
    .orderBy(apiKeys.id)
    .limit(part.limit + 1)
}

/** Null when it is revoked, too. */
export async function findApiKey(
  db: Queryable,
  workspaceId: string,
  id: string,
): Promise<ApiKeyRow | null> {
  const which = and(oneOf(apiKeys, workspaceId, id), notRevoked)
  const [row] = await db.select().from(apiKeys).where(which)
  return row ?? null
}

/** Makes an API key; its token is returned once. */
export async function createApiKey(
  tx: Transaction,
  workspaceId: string,
  name: string,
): Promise<{ id: string; token: string }> {
  const id = newId('apiKey')
  await tx.insert(apiKeys).values({ id, workspaceId, name })
  const { token } = await issueToken(tx, workspaceId, { apiKeyId: id })
  return { id, token }
}

/** Revokes a key at once; its name stays on the record. False when there is no such key. */
export async function revokeApiKey(
  tx: Transaction,
  workspaceId: string,
  id: string,
): Promise<boolean> {
  const revoked = await tx
    .update(apiKeys)
    .set({ revokedAt: sql`now()` })
    .where(and(oneOf(apiKeys, workspaceId, id), notRevoked))
    .returning({ id: apiKeys.id })
  if (revoked.length === 0) return false
  await deleteTokensOf(tx, workspaceId, { apiKeyId: id })
  return true
}
