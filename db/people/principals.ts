import { and, eq, isNull, type SQL, sql } from 'drizzle-orm'
import type {
  AiAgentPrincipal,
  ApiKeyPrincipal,
  InWorkspace,
  Principal,
  UserPrincipal,
} from '../../domain/principals.ts'
import type { Actor } from '../../domain/words.ts'
import type { Queryable } from '../client.ts'
import { aiAgents, apiKeys, roles, tokens, users } from '../schema.ts'

const userColumns = {
  id: users.id,
  workspaceId: users.workspaceId,
  name: users.name,
  role: roles,
}

function userPrincipal(row: InWorkspace & { role: typeof roles.$inferSelect }): UserPrincipal {
  const { role, ...user } = row
  return {
    ...user,
    type: 'user',
    isAdmin: role.isAdmin,
    livechats: {
      view: role.livechatsView,
      manage: role.livechatsManage,
      transfer: role.livechatsTransfer,
    },
    tickets: { view: role.ticketsView, manage: role.ticketsManage, transfer: role.ticketsTransfer },
  }
}

async function findUser(db: Queryable, which: SQL): Promise<UserPrincipal | null> {
  const [row] = await db
    .select(userColumns)
    .from(users)
    .innerJoin(roles, eq(roles.id, users.roleId))
    .where(and(which, isNull(users.deactivatedAt)))
  return row ? userPrincipal(row) : null
}

async function findAiAgent(db: Queryable, which: SQL): Promise<AiAgentPrincipal | null> {
  const [row] = await db
    .select({ id: aiAgents.id, workspaceId: aiAgents.workspaceId, name: aiAgents.name })
    .from(aiAgents)
    .where(and(which, isNull(aiAgents.deletedAt)))
  return row ? { ...row, type: 'ai_agent' } : null
}

async function findApiKey(db: Queryable, which: SQL): Promise<ApiKeyPrincipal | null> {
  const [row] = await db
    .select({ id: apiKeys.id, workspaceId: apiKeys.workspaceId, name: apiKeys.name })
    .from(apiKeys)
    .where(and(which, isNull(apiKeys.revokedAt)))
  return row ? { ...row, type: 'api_key' } : null
}

/** The principal with this token, by its hash, with their present grants; null when there is none. */
export async function findPrincipalByToken(db: Queryable, hash: string): Promise<Principal | null> {
  const [token] = await db.select().from(tokens).where(eq(tokens.hash, hash))
  if (!token) return null
  if (token.userId) return findUser(db, eq(users.id, token.userId))
  if (token.aiAgentId) return findAiAgent(db, eq(aiAgents.id, token.aiAgentId))
  return findApiKey(db, eq(apiKeys.id, token.apiKeyId as string))
}

/** The principals with these tokens of a workspace, by hash, with their present grants. */
export async function findPrincipalsByTokens(
  db: Queryable,
  workspaceId: string,
  hashes: string[],
): Promise<Map<string, Principal>> {
  // As one parameter: there may be thousands.
  const among = sql`(select jsonb_array_elements_text(${JSON.stringify(hashes)}::jsonb))`
  const rows = await db
    .select({ hash: tokens.hash, user: users, role: roles, aiAgent: aiAgents, apiKey: apiKeys })
    .from(tokens)
    .leftJoin(users, and(eq(users.id, tokens.userId), isNull(users.deactivatedAt)))
    .leftJoin(roles, eq(roles.id, users.roleId))
    .leftJoin(aiAgents, and(eq(aiAgents.id, tokens.aiAgentId), isNull(aiAgents.deletedAt)))
    .leftJoin(apiKeys, and(eq(apiKeys.id, tokens.apiKeyId), isNull(apiKeys.revokedAt)))
    .where(and(eq(tokens.workspaceId, workspaceId), sql`${tokens.hash} in ${among}`))
  const bearers = new Map<string, Principal>()
  for (const { hash, user, role, aiAgent, apiKey } of rows) {
    if (user && role) bearers.set(hash, userPrincipal({ ...inWorkspace(user), role }))
    else if (aiAgent) bearers.set(hash, { ...inWorkspace(aiAgent), type: 'ai_agent' })
    else if (apiKey) bearers.set(hash, { ...inWorkspace(apiKey), type: 'api_key' })
  }
  return bearers
}

function inWorkspace({ id, workspaceId, name }: InWorkspace): InWorkspace {
  return { id, workspaceId, name }
}

/** The actor of a command with their present grants; null when deactivated, deleted or revoked since. */
export async function findActor(
  db: Queryable,
  workspaceId: string,
  actor: Actor,
): Promise<Principal | null> {
  if (actor.type === 'user') {
    return findUser(db, and(eq(users.id, actor.id), eq(users.workspaceId, workspaceId)) as SQL)
  }
  if (actor.type === 'ai_agent') {
    const which = and(eq(aiAgents.id, actor.id), eq(aiAgents.workspaceId, workspaceId))
    return findAiAgent(db, which as SQL)
  }
  return findApiKey(db, and(eq(apiKeys.id, actor.id), eq(apiKeys.workspaceId, workspaceId)) as SQL)
}
