import { and, eq, type SQL } from 'drizzle-orm'
import type { ServiceKind } from '../../domain/words.ts'
import type { Transaction } from '../client.ts'
import { conversations } from '../schema.ts'
import type { CommandRow } from './commands.ts'
import { insertServiceCommands } from './service-commands.ts'

/** Commands per insert: PostgreSQL takes 65,535 parameters, and an AI agent may hold many chats. */
const PORTION = 1_000

/**
 * Has the service do this to every conversation of a workspace under a condition, oldest first. Returns the
 * commands, to be signalled after the commit.
 */
export async function commandEach(
  tx: Transaction,
  workspaceId: string,
  kind: ServiceKind,
  condition: SQL,
): Promise<CommandRow[]> {
  const held = await tx
    .select({ id: conversations.id, workspaceId: conversations.workspaceId })
    .from(conversations)
    .where(and(eq(conversations.workspaceId, workspaceId), condition))
    .orderBy(conversations.id)
  const commands: CommandRow[] = []
  for (let start = 0; start < held.length; start += PORTION) {
    const portion = held.slice(start, start + PORTION)
    commands.push(...(await insertServiceCommands(tx, kind, portion)))
  }
  return commands
}
