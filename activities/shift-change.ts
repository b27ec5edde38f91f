import type { Database, Transaction } from '../db/client.ts'
import { type CommandRow, insertCommand } from '../db/commands/commands.ts'
import { newId } from '../db/ids.ts'
import {
  type Counts,
  countOf,
  endWhenDone,
  lockShiftChange,
  nextOf,
  rememberCommand,
  type ShiftChangeRow,
} from '../db/shift-changes.ts'
import type { ShiftChangeState } from '../domain/words.ts'
import type { Engine } from '../engine/signal.ts'
import { orTryAgain } from './failures.ts'

/** Conversations under way at once, so that a shift change leaves room for everybody else. */
const AT_ONCE = 4

export type ShiftChangeProgress = Counts & { state: ShiftChangeState }

/**
 * Begins to pass on the next few conversations of a shift change, one command each, as earlier ones
 * are through; says how far it has come, or null when there is no such shift change. Its rows are what
 * it knows: run again after a crash, it goes on where they are, and a conversation that has its
 * command never gets another.
 */
export function createShiftChange({ db, engine }: { db: Database; engine: Engine }) {
  return (shiftChangeId: string): Promise<ShiftChangeProgress | null> =>
    orTryAgain(async () => {
      const begun = await db.transaction((tx) => beginNext(tx, shiftChangeId))
      await Promise.all(begun.map((command) => engine.signal(command)))
      const row = await db.transaction((tx) => endWhenDone(tx, shiftChangeId))
      return row && { ...(await countOf(db, shiftChangeId)), state: row.state }
    })
}

async function beginNext(tx: Transaction, shiftChangeId: string): Promise<CommandRow[]> {
  const shiftChange = await lockShiftChange(tx, shiftChangeId)
  if (shiftChange?.state !== 'running') return []
  const { underWay } = await countOf(tx, shiftChangeId)
  const begun: CommandRow[] = []
  for (const conversationId of await nextOf(tx, shiftChangeId, AT_ONCE - underWay)) {
    const command = await insertCommand(tx, commandOf(shiftChange, conversationId))
    await rememberCommand(tx, shiftChangeId, command)
    begun.push(command)
  }
  return begun
}

function commandOf(shiftChange: ShiftChangeRow, conversationId: string) {
  const { workspaceId, actorId, userId, toUserId, toTeamId, note } = shiftChange
  const target = toUserId === null ? { teamId: toTeamId as string } : { userId: toUserId }
  return {
    id: newId('command'),
    workspaceId,
    conversationId,
    kind: toUserId === null ? ('team_transfer' as const) : ('transfer' as const),
    actorType: 'user' as const,
    actorId,
    payload: { ...target, holderId: userId, ...(note !== null && { note }) },
  }
}
