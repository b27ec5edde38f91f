import type {
  Actor,
  CommandKind,
  ConversationKind,
  Holder,
  QueueCause,
  RefusalCode,
  SettableStatus,
  Status,
} from './words.ts'

/** A conversation as its workflow holds it: the row's latest word on who holds it, as plain JSON. */
export type ConversationState = {
  id: string
  workspaceId: string
  teamspaceId: string
  kind: ConversationKind
  status: Status
  assignee: Holder | null
  teamId: string | null
  originAiAgentId: string | null
  epoch: number
  version: number
  /** Why and since when (ISO 8601) it waits; null when it does not. */
  queue: { cause: QueueCause; since: string } | null
}

/** What a run begins with. */
export type Loaded = ConversationState & {
  /**
   * The run files what operators filter by when no command waits, and only what differs from how
   * it was filed before. Absent in histories of runs that filed after every command.
   */
  filesAtRest?: true
}

/** Where a conversation is, or was: what decides who sees it. */
export type Whereabouts = {
  holder: Holder | null
  teamId: string | null
  originAiAgentId: string | null
  /** Null when it is not queued; its teams are null for anyone in the teamspace. */
  pool: { teamIds: string[] | null } | null
}

/** What a signal carries: the command's id, and the ids an operator wants to read. No text, no notes. */
export type Command = {
  commandId: string
  kind: CommandKind
  /** Null: the service itself. */
  actor: Actor | null
  userId?: string
  teamId?: string
  status?: SettableStatus
  expectedEpoch?: number
  /** Of a shift change: the user for whom the actor passes on what that user holds. */
  holderId?: string
  /** A takeover without text of what was queued when the request arrived. */
  claim?: boolean
}

/** What the workflow asks `settle` to do. `refusal`: what its rule says, which the row may overrule. */
export type Order = {
  conversationId: string
  commandId: string
  /** What the signal says the command is, which the row may overrule; older runs do not say it. */
  kind?: CommandKind
  /** The version that was judged. When the row has another, nothing is written. */
  version: number
  refusal: RefusalCode | null
}

/**
 * What came of it, with the conversation's row as it is now, which the workflow adopts whole. For
 * a command that was settled before: what came of it then. `noop`: it is missing or withdrawn.
 */
export type Settlement = {
  conversation: ConversationState
  outcome: 'accepted' | 'queued' | 'refused' | 'stale' | 'noop'
  code?: string
}
