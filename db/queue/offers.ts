import { and, eq } from 'drizzle-orm'
import type { Queryable } from '../client.ts'
import type { CommandRow } from '../commands/commands.ts'
import { newId } from '../ids.ts'
import { commands } from '../schema.ts'
import type { Waiting } from './waiting.ts'

/** The pending offer to a conversation that waits: the existing one or a new one. */
export async function insertOffer(db: Queryable, to: Waiting): Promise<CommandRow | null> {
  const { conversationId, workspaceId } = to
  const [inserted] = await db
    .insert(commands)
    .values({ id: newId('command'), workspaceId, conversationId, kind: 'offer', payload: {} })
    .onConflictDoNothing()
    .returning()
  return inserted ?? (await findPendingOffer(db, conversationId))
}

async function findPendingOffer(db: Queryable, conversationId: string): Promise<CommandRow | null> {
  const [row] = await db
    .select()
    .from(commands)
    .where(
      and(
        eq(commands.conversationId, conversationId),
        eq(commands.kind, 'offer'),
        eq(commands.outcome, 'pending'),
      ),
    )
  return row ?? null
}
