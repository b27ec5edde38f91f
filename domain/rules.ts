import type { Command, ConversationState } from './conversation.ts'
import type { Actor, CommandKind, Holder, RefusalCode } from './words.ts'

/** A handoff or an inbound message begins a new episode; the service's own repairs know no status. */
const WELCOME_ON_CLOSED: ReadonlySet<CommandKind> = new Set([
  'handoff',
  'inbound',
  'requeue',
  'reclaim',
  'leave_team',
  'offer',
])

/**
 * Judges a command by what the conversation is: the code of its refusal, or null to carry it out.
 * In the order of precedence of the contract; what needs the database (plan, grants, targets) is
 * judged by `settle`, after this. Source: "Permission", "Takeover" and "Status" of the domain.
 */
export function judge(conversation: ConversationState, command: Command): RefusalCode | null {
  if (isRefusedAsClosed(conversation, command)) return 'conversation_closed'
  const { expectedEpoch } = command
  if (expectedEpoch !== undefined && expectedEpoch !== conversation.epoch) return 'assignee_changed'
  if (command.claim && conversation.queue === null) return 'assignee_changed'
  return judgeHolder(conversation, command)
}

function isRefusedAsClosed(conversation: ConversationState, command: Command): boolean {
  if (conversation.status !== 'closed') return false
  if (conversation.kind === 'ticket' && command.kind === 'handoff') return true
  // A closed chat is held by its AI agent, which goes on talking. In SQL: db/conversations/messages.ts.
  if (command.kind === 'reply') {
    return conversation.kind === 'ticket' || !isSame(conversation.assignee, command.actor)
  }
  return !WELCOME_ON_CLOSED.has(command.kind)
}

function judgeHolder(conversation: ConversationState, command: Command): RefusalCode | null {
  const { assignee } = conversation
  switch (command.kind) {
    case 'handoff':
      return mayHandOff(assignee, command.actor) ? null : 'not_assignee'
    case 'transfer':
    case 'team_transfer':
      return isSame(assignee, passerOf(command)) ? null : 'not_assignee'
    case 'close':
    case 'status':
    case 'reply':
      return isSame(assignee, command.actor) ? null : 'not_assignee'
    case 'takeover':
      return isSame(assignee, command.actor) ? 'already_assignee' : null
    case 'cancel_handoff':
      return conversation.queue?.cause === 'handoff' ? null : 'not_queued'
    case 'inbound':
    case 'requeue':
    case 'reclaim':
    case 'leave_team':
    case 'offer':
      return null
  }
}

/** As whose Assignee a transfer is asked for: the actor's own, or in a shift change the holder's. */
function passerOf({ holderId, actor }: Command): Actor | null {
  return holderId === undefined ? actor : { type: 'user', id: holderId }
}

/** The AI agent that holds the chat hands it off, or an API key on its behalf. */
function mayHandOff(assignee: Holder | null, actor: Actor | null): boolean {
  if (assignee?.type !== 'ai_agent') return false
  return actor?.type === 'api_key' || isSame(assignee, actor)
}

function isSame(holder: Holder | null, actor: Actor | null): boolean {
  return holder !== null && holder.type === actor?.type && holder.id === actor.id
}
