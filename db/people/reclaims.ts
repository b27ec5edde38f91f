import { and, eq, exists, isNotNull, isNull, notExists, or, type SQL, sql } from 'drizzle-orm'
import { alias, QueryBuilder } from 'drizzle-orm/pg-core'
import type { Database, Queryable } from '../client.ts'
import type { CommandRow } from '../commands/commands.ts'
import { insertServiceCommands } from '../commands/service-commands.ts'
import { aiAgents, commands, conversations } from '../schema.ts'

/** Deleted AI agents that one call returns. */
const FEW = 20

const query = () => new QueryBuilder({ casing: 'snake_case' })
const asked = alias(commands, 'asked')

/** What an AI agent holds, and what it handed off and others hold now. */
const isLeftBy = (aiAgentId: unknown): SQL =>
  or(
    sql`${conversations.assigneeAiAgentId} = ${aiAgentId}`,
    and(
      sql`${conversations.originAiAgentId} = ${aiAgentId}`,
      isNull(conversations.assigneeAiAgentId),
    ),
  ) as SQL

/** One that failed, which is a bug, is not tried for ever. */
const isNotAsked = notExists(
  query()
    .select({ one: sql`1` })
    .from(asked)
    .where(
      and(
        eq(asked.conversationId, conversations.id),
        sql`${asked.kind} = 'reclaim' and ${asked.outcome} in ('pending', 'refused')`,
      ),
    ),
)

/** Some of the deleted AI agents that leave chats which nobody was asked to reclaim. */
export async function listDeletedWithChats(db: Queryable): Promise<string[]> {
  const left = query()
    .select({ one: sql`1` })
    .from(conversations)
    .where(and(isLeftBy(aiAgents.id), isNotAsked))
  const rows = await db
    .select({ id: aiAgents.id })
    .from(aiAgents)
    .where(and(isNotNull(aiAgents.deletedAt), exists(left)))
    .limit(FEW)
  return rows.map(({ id }) => id)
}

/**
 * Has at most so many of the chats that a deleted AI agent leaves reclaimed by the default one of
 * its teamspace. Returns the commands, to be signalled; none when all are asked for. The AI agent's
 * row is locked, so that nobody else asks for the same. Source: "Queue" of the domain.
 */
export function insertReclaims(
  db: Database,
  aiAgentId: string,
  limit: number,
): Promise<CommandRow[]> {
  return db.transaction(async (tx) => {
    await tx
      .select({ id: aiAgents.id })
      .from(aiAgents)
      .where(and(eq(aiAgents.id, aiAgentId), isNotNull(aiAgents.deletedAt)))
      .for('no key update')
    const left = await tx
      .select({ id: conversations.id, workspaceId: conversations.workspaceId })
      .from(conversations)
      .where(and(isLeftBy(aiAgentId), isNotAsked))
      .limit(limit)
    return insertServiceCommands(tx, 'reclaim', left)
  })
}
