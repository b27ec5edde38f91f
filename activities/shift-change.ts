import type { Database, Transaction } from '../db/client.ts'
import { type CommandRow, insertCommand } from '../db/commands/commands.ts'
import { newId } from '../db/ids.ts'
import {
  type Counts,
  countOf,
  endWhenDone,
  type HandoverRow,
  lockHandover,
  nextOf,
  takeTurn,
} from '../db/shift-changes.ts'
import type { HandoverState } from '../domain/words.ts'
import type { Engine } from '../engine/engine.ts'
import { orTryAgain } from './failures.ts'

/** Conversations under way at once, so that a shift change leaves room for everybody else. */
const AT_ONCE = 4

export type HandedOver = Counts & { state: HandoverState }

/**
 * Begins to pass on the next few conversations of a handover, one command each, as earlier ones
 * are through; says how far it has come, or null when there is no such handover. Its rows are what
 * it knows: run again after a crash, it goes on where they are, and a conversation that has its
 * command never gets another.
 */
export function createHandOver({ db, engine }: { db: Database; engine: Engine }) {
  return (handoverId: string): Promise<HandedOver | null> =>
    orTryAgain(async () => {
      const begun = await db.transaction((tx) => beginNext(tx, handoverId))
      await Promise.all(begun.map((command) => engine.signal(command)))
      const row = await db.transaction((tx) => endWhenDone(tx, handoverId))
      return row && { ...(await countOf(db, handoverId)), state: row.state }
    })
}

async function beginNext(tx: Transaction, handoverId: string): Promise<CommandRow[]> {
  const handover = await lockHandover(tx, handoverId)
  if (handover?.state !== 'running') return []
  const { underWay } = await countOf(tx, handoverId)
  const begun: CommandRow[] = []
  for (const conversationId of await nextOf(tx, handoverId, AT_ONCE - underWay)) {
    const command = await insertCommand(tx, commandOf(handover, conversationId))
    await takeTurn(tx, handoverId, command)
    begun.push(command)
  }
  return begun
}

function commandOf(handover: HandoverRow, conversationId: string) {
  const { workspaceId, actorId, userId, toUserId, toTeamId, note } = handover
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
