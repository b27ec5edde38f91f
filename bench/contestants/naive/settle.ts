import { randomUUID } from 'node:crypto'
import { eq, sql } from 'drizzle-orm'
import type { PostgresJsDatabase } from 'drizzle-orm/postgres-js'
import { assignments, commands, conversations, messages } from './schema.ts'

/** The transaction one would write first; a second attempt finds the command settled. */
export async function settle(db: PostgresJsDatabase, commandId: string): Promise<void> {
  await db.transaction(async (tx) => {
    const [command] = await tx
      .select()
      .from(commands)
      .where(eq(commands.id, commandId))
      .for('update')
    if (!command || command.settledAt) return
    const { conversationId, userId, text } = command
    const [conversation] = await tx
      .update(conversations)
      .set({ assigneeId: userId, epoch: sql`${conversations.epoch} + 1` })
      .where(eq(conversations.id, conversationId))
      .returning()
    const number = conversation?.epoch ?? 0
    await tx.insert(assignments).values({ id: randomUUID(), conversationId, number, userId })
    await tx.insert(messages).values({ id: randomUUID(), conversationId, userId, text })
    await tx.update(commands).set({ settledAt: new Date() }).where(eq(commands.id, commandId))
  })
}
