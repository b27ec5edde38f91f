import { and, eq, sql } from 'drizzle-orm'
import type { Queryable } from '../client.ts'
import type { CommandRow } from '../commands/commands.ts'
import { newId } from '../ids.ts'
import { rowFrom } from '../insert-select.ts'
import { commands } from '../schema.ts'
import type { Waiting } from './waiting.ts'

/** The pending offer to each of these that wait, in no order: the existing one or a new one. */
export async function insertOffers(db: Queryable, to: Waiting[]): Promise<CommandRow[]> {
  if (to.length === 0) return []
  const inserted = await insertNew(db, to)
  if (inserted.length === to.length) return inserted
  const has = new Set(inserted.map((one) => one.conversationId))
  const others = to.filter((one) => !has.has(one.conversationId))
  return [...inserted, ...(await listPending(db, others))]
}

function insertNew(db: Queryable, to: Waiting[]): Promise<CommandRow[]> {
  const ids = sql.param(to.map(() => newId('command')))
  const conversationIds = sql.param(to.map((one) => one.conversationId))
  const workspaceIds = sql.param(to.map((one) => one.workspaceId))
  const from = sql`
    from unnest(${ids}::text[], ${conversationIds}::text[], ${workspaceIds}::text[])
      as waiting(id, conversation_id, workspace_id)`
  const row = {
    ...{ id: sql`waiting.id`, conversationId: sql`waiting.conversation_id` },
    ...{ workspaceId: sql`waiting.workspace_id`, kind: 'offer' as const, payload: {} },
  }
  return db
    .insert(commands)
    .select(rowFrom(commands, row, from))
    .onConflictDoNothing()
    .returning()
}

function listPending(db: Queryable, to: Waiting[]): Promise<CommandRow[]> {
  const ids = to.map((one) => one.conversationId)
  return db
    .select()
    .from(commands)
    .where(
      and(
        sql`${commands.conversationId} = any(${sql.param(ids)}::text[])`,
        eq(commands.kind, 'offer'),
        eq(commands.outcome, 'pending'),
      ),
    )
}
