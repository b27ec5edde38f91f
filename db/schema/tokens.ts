import { sql } from 'drizzle-orm'
import { check, foreignKey, index, pgTable, text, unique } from 'drizzle-orm/pg-core'
import { createdAt, id } from './columns.ts'
import { apiKeys, users } from './people.ts'
import { aiAgents } from './teamspaces.ts'

/** Bearer tokens of users, AI agents and API keys, as SHA-256 hashes. A deleted one is gone at once. */
export const tokens = pgTable(
  'tokens',
  {
    id: id(),
    workspaceId: text().notNull(),
    /** SHA-256 of the token, hex. The token itself has 256 random bits, so no salt is needed. */
    hash: text().notNull(),
    userId: text(),
    aiAgentId: text(),
    apiKeyId: text(),
    createdAt: createdAt(),
  },
  (t) => [
    unique('tokens_hash').on(t.hash),
    check(
      'tokens_one_principal',
      sql`num_nonnulls(${t.userId}, ${t.aiAgentId}, ${t.apiKeyId}) = 1`,
    ),
    index('tokens_by_user').on(t.userId),
    index('tokens_by_ai_agent').on(t.aiAgentId),
    foreignKey({
      name: 'tokens_user',
      columns: [t.workspaceId, t.userId],
      foreignColumns: [users.workspaceId, users.id],
    }),
    foreignKey({
      name: 'tokens_ai_agent',
      columns: [t.workspaceId, t.aiAgentId],
      foreignColumns: [aiAgents.workspaceId, aiAgents.id],
    }),
    foreignKey({
      name: 'tokens_api_key',
      columns: [t.workspaceId, t.apiKeyId],
      foreignColumns: [apiKeys.workspaceId, apiKeys.id],
    }),
  ],
)
