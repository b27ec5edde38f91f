import { builtOnce } from '../built-once.ts'
import type { Transaction } from '../client.ts'
import { type NewEvent, recordEvents } from '../events/record.ts'
import { notifyAfterCommit } from '../notify.ts'
import type { CommandRow } from './commands.ts'
import { type Settled, settlingCommand, valuesOfSettled } from './settling.ts'

/** The channel on which a settled command's id is told to the API that waits for it. */
export const SETTLED_CHANNEL = 'baton_settled'

/**
 * Gives a command its outcome and answer, and records what came of it, in one statement, which must
 * be the last write of the transaction; who waits for it is told after the commit.
 */
export async function settleCommand(
  tx: Transaction,
  { id, workspaceId }: Pick<CommandRow, 'id' | 'workspaceId'>,
  settled: Settled,
  newEvents: NewEvent[],
): Promise<void> {
  notifyAfterCommit(tx, SETTLED_CHANNEL, id)
  const values = valuesOfSettled(id, settled)
  if (newEvents.length === 0) await settleAlone(tx, values)
  else await recordEvents(tx, workspaceId, newEvents, values)
}

const settleAlone = builtOnce(settlingCommand)
