import { defineSignal } from '@temporalio/workflow'
import type { Command } from '../domain/conversation.ts'
import { type SignalledKind, signalNames } from '../domain/signals.ts'

const descriptions: Record<SignalledKind, string> = {
  handoff: 'The AI agent hands the chat to a live agent, or to the queue',
  cancel_handoff: 'A queued handoff is taken back: the AI agent holds the chat again',
  transfer: 'The Assignee passes the conversation to another user',
  team_transfer: 'The Assignee passes the conversation to a team, which Chat Assignment serves',
  takeover: 'A user who is not the Assignee sends the next reply and so becomes it',
  close: 'The Assignee ends the episode; a chat returns to its AI agent',
  status: 'The Assignee sets the status by hand',
  inbound: 'A message came in on a resolved or closed conversation: it is open again',
  requeue: 'The Assignee was deactivated: the conversation goes to its team or the queue',
  reclaim: 'The AI agent was deleted: the chat is the default one’s',
  leave_team: 'Its team was deleted: it has none any more',
  offer: 'Its queue found a candidate: Chat Assignment decides again',
}

/** Every signal, with its kind and what it means to an operator. */
export const signals = (Object.keys(signalNames) as SignalledKind[]).map((kind) => ({
  kind,
  definition: defineSignal<[Command]>(signalNames[kind]),
  description: descriptions[kind],
}))
