import type { ServiceKind } from '../../domain/words.ts'
import type { Transaction } from '../client.ts'
import { newId } from '../ids.ts'
import { commands } from '../schema.ts'
import type { CommandRow } from './commands.ts'

/**
 * Writes what the service itself will do to some conversations, one command each, in the
 * transaction that makes it necessary. Signal them after the commit; the sweeper repairs a lost signal.
 */
export async function insertServiceCommands(
  tx: Transaction,
  kind: ServiceKind,
  conversations: { id: string; workspaceId: string }[],
): Promise<CommandRow[]> {
  if (conversations.length === 0) return []
  return tx
    .insert(commands)
    .values(
      conversations.map(({ id, workspaceId }) => ({
        id: newId('command'),
        workspaceId,
        conversationId: id,
        kind,
        payload: {},
      })),
    )
    .returning()
}
