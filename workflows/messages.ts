import { defineSignal } from '@temporalio/workflow'
import type { Command } from '../domain/conversation.ts'
import type { CommandKind } from '../domain/words.ts'

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
  offer: 'offer',
} as const satisfies Record<Exclude<CommandKind, 'reply'>, string>

export type SignalledKind = keyof typeof signalNames

const descriptions: Record<SignalledKind, string> = {
  handoff: 'The AI agent hands the chat to a live agent, or to the queue',
  cancel_handoff: 'A queued handoff is taken back: the AI agent holds the chat again',
  transfer: 'The Assignee passes the conversation to another user',
  team_transfer: 'The Assignee passes the conversation to a team, which Chat Assignment serves',
  takeover: 'A user who is not the Assignee sends the next reply and so becomes it',
  close: 'The Assignee ends the episode; a chat returns to its AI agent',
  status: 'The Assignee sets the status by hand',
  inbound: 'A message came in on a resolved or closed conversation: it is open again',
  requeue: 'The Assignee was deactivated: the conversation goes to his team or the queue',
  reclaim: 'The AI agent was deleted: the chat goes to the default one',
  offer: 'Its queue found a candidate: Chat Assignment decides again',
}

/** Every signal, with its kind and what it means to an operator. */
export const signals = (Object.keys(signalNames) as SignalledKind[]).map((kind) => ({
  kind,
  definition: defineSignal<[Command]>(signalNames[kind]),
  description: descriptions[kind],
}))

/** Whether a signal's payload is a command of a known kind. */
export function isCommand(signal: unknown): signal is Command {
  if (typeof signal !== 'object' || signal === null) return false
  const { commandId, kind } = signal as Partial<Command>
  return typeof commandId === 'string' && typeof kind === 'string' && kind in signalNames
}
