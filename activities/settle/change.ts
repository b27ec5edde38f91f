import type { ProblemDetails } from '../../contract/problem.ts'
import type { Transaction } from '../../db/client.ts'
import type { CommandRow } from '../../db/commands/commands.ts'
import type { Meeting } from '../../db/conversations/meeting.ts'
import type { ConversationRow } from '../../db/conversations/row.ts'
import type { Sight } from '../../db/conversations/sight.ts'
import type { Decision } from '../../domain/chat-assignment/decision.ts'
import type { Cause, Holder, QueueCause, RefusalCode, Status } from '../../domain/words.ts'

/** Where a conversation that nobody holds waits: for these teams, or anyone of its teamspace. */
type QueuePlace = { cause: QueueCause; teamIds: string[] | null; transferorId?: string }

/** A new Assignee, or nobody and a place in the queue. */
export type Move = {
  cause: Cause
  to: Holder | QueuePlace
  teamId: string | null
  note?: string
  decision?: Decision
}

/**
 * What a command does to its conversation. What it does not name stays as it is; but the status
 * after a move to a user is `open`, and after one to the queue `pending`.
 */
export type Change = {
  move?: Move
  status?: Status
  /** The AI agent it came from, when that changes and the Assignee does not. */
  originAiAgentId?: string
  /** Null: it loses its team, and keeps its Assignee. */
  teamId?: null
  /** Of a close: its note, or null. */
  closingNote?: string | null
  /** A reply that is one act with the move. */
  reply?: string
  targetAway?: true
}

/** Why it is not done, with the members its problem carries beyond the common ones. */
export type Refusal = { refused: RefusalCode; details?: ProblemDetails }

/** What a command meets: itself, its conversation locked at the judged version, and who asks. */
export type Case = Meeting & {
  tx: Transaction
  command: CommandRow
  conversation: ConversationRow
}

export function isQueuePlace(to: Holder | QueuePlace): to is QueuePlace {
  return 'cause' in to
}

/** How whoever asked meets the conversation before the change; null for the service. */
export function sightOf({ actor, conversation, met }: Case): Sight | null {
  return actor && { ...conversation, ...met }
}
