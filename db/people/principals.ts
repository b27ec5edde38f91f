import { and, eq, isNull, type SQL, sql } from 'drizzle-orm'
import type { InWorkspace, Principal } from '../../domain/principals.ts'
import type { Actor } from '../../domain/words.ts'
import { builtOnce } from '../built-once.ts'
import type { Queryable } from '../client.ts'
import { oneOf } from '../listing.ts'
import { aiAgents, apiKeys, roles, tokens, users } from '../schema.ts'
import { grantsOf, type RoleRow } from './roles.ts'

const user = { id: users.id, workspaceId: users.workspaceId, name: users.name }
const aiAgent = { id: aiAgents.id, workspaceId: aiAgents.workspaceId, name: aiAgents.name }
const apiKey = { id: apiKeys.id, workspaceId: apiKeys.workspaceId, name: apiKeys.name }

const notDeactivated = isNull(users.deactivatedAt)
const notDeleted = isNull(aiAgents.deletedAt)
const notRevoked = isNull(apiKeys.revokedAt)

/** Who is found: a user with the role they have now, an AI agent, or an API key. */
export type Found = {
  user?: InWorkspace | null
  role?: RoleRow | null
  aiAgent?: InWorkspace | null
  apiKey?: InWorkspace | null
}

export function principalOf({ user, role, aiAgent, apiKey }: Found): Principal | null {
  if (user && role) return { ...user, type: 'user', isAdmin: role.isAdmin, ...grantsOf(role) }
  if (aiAgent) return { ...aiAgent, type: 'ai_agent' }
  return apiKey ? { ...apiKey, type: 'api_key' } : null
}

/** Tokens with whoever bears each and is still there. */
function selectBearers(db: Queryable, which: SQL | undefined) {
  return db
    .select({ hash: tokens.hash, user, role: roles, aiAgent, apiKey })
    .from(tokens)
    .leftJoin(users, and(eq(users.id, tokens.userId), notDeactivated))
    .leftJoin(roles, eq(roles.id, users.roleId))
    .leftJoin(aiAgents, and(eq(aiAgents.id, tokens.aiAgentId), notDeleted))
    .leftJoin(apiKeys, and(eq(apiKeys.id, tokens.apiKeyId), notRevoked))
    .where(which)
}

const findBearer = builtOnce((db) => selectBearers(db, eq(tokens.hash, sql.placeholder('hash'))))

/** Who bears the token with this hash, with their present grants; null when nobody does any more. */
export async function findPrincipalByToken(db: Queryable, hash: string): Promise<Principal | null> {
  const [bearer] = await findBearer(db, { hash })
  return bearer ? principalOf(bearer) : null
}

/** Who bears the tokens with these hashes in a workspace, each with their present grants. */
export async function findPrincipalsByTokens(
  db: Queryable,
  workspaceId: string,
  hashes: string[],
): Promise<Map<string, Principal>> {
  // As one parameter: there may be thousands.
  const among = sql`(select jsonb_array_elements_text(${JSON.stringify(hashes)}::jsonb))`
  const inWorkspace = eq(tokens.workspaceId, workspaceId)
  const bearers = new Map<string, Principal>()
  for (const row of await selectBearers(db, and(inWorkspace, sql`${tokens.hash} in ${among}`))) {
    const principal = principalOf(row)
    if (principal) bearers.set(row.hash, principal)
  }
  return bearers
}

/** The actor of a command with their present grants; null when deactivated, deleted or revoked since. */
export async function findActor(
  db: Queryable,
  workspaceId: string,
  actor: Actor,
): Promise<Principal | null> {
  const [row] = await selectActor(db, workspaceId, actor)
  return row ? principalOf(row) : null
}

function selectActor(db: Queryable, workspaceId: string, { type, id }: Actor): Promise<Found[]> {
  if (type === 'user') return selectUser(db, and(oneOf(users, workspaceId, id), notDeactivated))
  if (type === 'ai_agent') {
    const which = and(oneOf(aiAgents, workspaceId, id), notDeleted)
    return db.select({ aiAgent }).from(aiAgents).where(which)
  }
  return db
    .select({ apiKey })
    .from(apiKeys)
    .where(and(oneOf(apiKeys, workspaceId, id), notRevoked))
}

function selectUser(db: Queryable, which: SQL | undefined): Promise<Found[]> {
  return db
    .select({ user, role: roles })
    .from(users)
    .innerJoin(roles, eq(roles.id, users.roleId))
    .where(which)
}
