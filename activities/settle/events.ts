import { assignmentShape } from '../../contract/assignment.ts'
import { messageShape } from '../../contract/message.ts'
import { actorOf } from '../../db/conversations/assignments.ts'
import type { NewEvent } from '../../db/events/record.ts'
import type { Case } from './change.ts'
import { humanStretch } from './human-stretch.ts'
import type { Written } from './write.ts'

/** What a change that was written tells the world, in the order in which it is told. */
export async function eventsOf(it: Case, written: Written): Promise<NewEvent[]> {
  const before = it.conversation
  const { conversation: after, assignment, message } = written
  const conversation = { before, after }
  const newEvents: NewEvent[] = []
  const tell = (type: NewEvent['type'], data: unknown) =>
    newEvents.push({ type, data, conversation })
  if (assignment) tell('conversation.assigned', assignmentShape(assignment))
  if (assignment && after.queuedAt) {
    tell('conversation.queued', {
      since: after.queuedAt.toISOString(),
      teamIds: after.queueTeamIds,
    })
  }
  if (after.status !== before.status) {
    tell('conversation.status_changed', { from: before.status, to: after.status })
  }
  if (message) tell('message.created', messageShape(message))
  if (after.status === 'closed' && before.status !== 'closed') {
    const { note } = it.command.payload
    tell('conversation.closed', { by: actorOf(it.command), ...(note !== undefined && { note }) })
  }
  if (assignment?.cause === 'close') {
    tell('conversation.returned_to_ai', await humanStretch(it.tx, assignment))
  }
  return newEvents
}
