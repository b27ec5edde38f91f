import { and, eq, inArray, isNull, type SQL } from 'drizzle-orm'
import type { Queryable, Transaction } from '../client.ts'
import { hashToken, newId, newToken } from '../ids.ts'
import { oneOf, type Part, within } from '../listing.ts'
import { tokens } from '../schema.ts'

export type TokenRow = typeof tokens.$inferSelect

/** Whose token it is. */
export type Bearer = { userId: string } | { aiAgentId: string } | { apiKeyId: string }

/** Gives a bearer a new token; it is returned once and stored only as a hash. */
export async function issueToken(
  tx: Queryable,
  workspaceId: string,
  bearer: Bearer,
): Promise<{ id: string; token: string }> {
  const token = newToken('userId' in bearer ? 'user' : 'aiAgentId' in bearer ? 'ai' : 'key')
  const id = newId('token')
  await tx.insert(tokens).values({ id, workspaceId, hash: hashToken(token), ...bearer })
  return { id, token }
}

function isOf(bearer: Bearer): SQL {
  if ('userId' in bearer) return eq(tokens.userId, bearer.userId)
  if ('aiAgentId' in bearer) return eq(tokens.aiAgentId, bearer.aiAgentId)
  return eq(tokens.apiKeyId, bearer.apiKeyId)
}

export function listTokens(
  db: Queryable,
  workspaceId: string,
  bearer: Bearer,
  part: Part,
): Promise<TokenRow[]> {
  return db
    .select()
    .from(tokens)
    .where(and(within(tokens, workspaceId, part), isOf(bearer)))
    .orderBy(tokens.id)
    .limit(part.limit + 1)
}

/** A token of a user or AI agent; the token of an API key is not listed, it belongs to the key. */
export async function findToken(
  db: Queryable,
  workspaceId: string,
  id: string,
): Promise<TokenRow | null> {
  const which = and(oneOf(tokens, workspaceId, id), isNull(tokens.apiKeyId))
  const [row] = await db.select().from(tokens).where(which)
  return row ?? null
}

export async function deleteToken(db: Queryable, workspaceId: string, id: string): Promise<void> {
  await db.delete(tokens).where(oneOf(tokens, workspaceId, id))
}

/** Deletes all tokens of a bearer; they stop working at once. */
export async function deleteTokensOf(
  tx: Transaction,
  workspaceId: string,
  bearer: Bearer,
): Promise<void> {
  await tx.delete(tokens).where(and(eq(tokens.workspaceId, workspaceId), isOf(bearer)))
}

/** Whether any of these is somebody's token. */
export async function isAnyTokenKnown(db: Queryable, given: string[]): Promise<boolean> {
  const which = inArray(tokens.hash, given.map(hashToken))
  return (await db.select({ id: tokens.id }).from(tokens).where(which).limit(1)).length > 0
}
