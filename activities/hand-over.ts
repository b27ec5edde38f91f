import { setTimeout } from 'node:timers/promises'
import type { Engine } from '../api/engine.ts'
import type { Database, Transaction } from '../db/client.ts'
import { type CommandRow, insertCommand } from '../db/commands.ts'
import {
  endWhenDone,
  type HandoverRow,
  lockHandover,
  nextOf,
  type Progress,
  progressOf,
  takeTurn,
} from '../db/handovers.ts'
import { newId } from '../db/ids.ts'
import type { HandoverState } from '../workflows/domain.ts'
import { orDatabaseTrouble } from './failures.ts'

/** Conversations under way at once, so that a shift change leaves room for everybody else. */
const AT_ONCE = 4
/** How long to wait for these; one that takes longer is waited for the next time. */
const WAIT_MS = 5_000
const LOOK_EVERY_MS = 50

export type HandedOver = Progress & { state: HandoverState }

/**
 * Passes on the next few conversations of a handover, one command each, and waits for them; says
 * how far it has come. Its rows are what it knows: run again after a crash, it goes on where
 * they are, and a conversation that has its command never gets another.
 */
export function createHandOver({ db, engine }: { db: Database; engine: Engine }) {
  return (handoverId: string): Promise<HandedOver | null> =>
    orDatabaseTrouble(async () => {
      const begun = await db.transaction((tx) => beginNext(tx, handoverId))
      for (const command of begun) await engine.signal(command)
      const deadline = Date.now() + WAIT_MS
      while ((await progressOf(db, handoverId)).underWay > 0 && Date.now() < deadline) {
        await setTimeout(LOOK_EVERY_MS)
      }
      const row = await db.transaction((tx) => endWhenDone(tx, handoverId))
      return row && { ...(await progressOf(db, handoverId)), state: row.state }
    })
}

async function beginNext(tx: Transaction, handoverId: string): Promise<CommandRow[]> {
  const handover = await lockHandover(tx, handoverId)
  if (handover?.state !== 'running') return []
  const { underWay } = await progressOf(tx, handoverId)
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
