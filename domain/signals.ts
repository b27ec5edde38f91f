import type { Command } from './conversation.ts'
import type { CommandKind } from './words.ts'

/**
 * The signal that carries each kind of command, as operators and the CLI spell it. Imported by
 * the workflow and by whoever signals it. A reply is stored without the engine and has none.
 */
export const signalNames = {
  handoff: 'handoff',
  cancel_handoff: 'cancelHandoff',
  transfer: 'transfer',
  team_transfer: 'teamTransfer',
  takeover: 'takeover',
  close: 'close',
  status: 'setStatus',
  inbound: 'inbound',
  requeue: 'requeue',
  reclaim: 'reclaim',
  leave_team: 'leaveTeam',
  offer: 'offer',
} as const satisfies Record<Exclude<CommandKind, 'reply'>, string>

export type SignalledKind = keyof typeof signalNames

/** Whether a signal's payload is a command of a known kind. */
export function isCommand(signal: unknown): signal is Command {
  if (typeof signal !== 'object' || signal === null) return false
  const { commandId, kind } = signal as Partial<Command>
  return typeof commandId === 'string' && typeof kind === 'string' && kind in signalNames
}

/** What wakes a queue: something may have freed a slot, or an offer was settled. */
export const WAKE = 'wake'
export type Wake = { settled?: string }
