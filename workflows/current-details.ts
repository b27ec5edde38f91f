import type { Command, ConversationState, Settlement } from '../domain/conversation.ts'

/** What an operator reads of a conversation in the Temporal UI: markdown, ids only. */
export function currentDetails(
  conversation: ConversationState,
  last: { command: Command; settlement: Settlement } | null,
): string {
  const { assignee, queue } = conversation
  const heldBy = assignee ? `${assignee.type} \`${assignee.id}\`` : 'nobody: it waits in the queue'
  const lines = [
    `**Held by** ${heldBy}`,
    `**Status** ${conversation.status} · **epoch** ${conversation.epoch} · **version** ${conversation.version}`,
    `**Teamspace** \`${conversation.teamspaceId}\` · **team** ${named(conversation.teamId)} · **origin** ${named(conversation.originAiAgentId)}`,
  ]
  if (queue) lines.push(`**Queued** by ${queue.cause} since ${queue.since}`)
  if (last) lines.push(lastCommand(last))
  return lines.join('\n\n')
}

function lastCommand({
  command,
  settlement,
}: {
  command: Command
  settlement: Settlement
}): string {
  const { kind, actor, commandId } = command
  const by = actor ? `${actor.type} \`${actor.id}\`` : 'the service'
  const why = settlement.code ? `: ${settlement.code}` : ''
  return `**Last command** ${kind} by ${by} → ${settlement.outcome}${why} (\`${commandId}\`)`
}

function named(id: string | null): string {
  return id === null ? 'none' : `\`${id}\``
}
