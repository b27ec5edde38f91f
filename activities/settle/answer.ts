import { assignmentShape } from '../../contract/assignment.ts'
import { commandShape } from '../../contract/command.ts'
import { conversationShape } from '../../contract/conversation.ts'
import { messageShape } from '../../contract/message.ts'
import { withNoteFor } from '../../contract/notes.ts'
import type { Settled } from '../../db/commands/settling.ts'
import type { Sight } from '../../db/conversations/sight.ts'
import type { Case, Change } from './change.ts'
import type { Written } from './write.ts'

/** The 200 that a carried-out command is answered with. */
export function acceptance(it: Case, change: Change, written: Written): Settled {
  const outcome = written.conversation.queueArrival !== null && change.move ? 'queued' : 'accepted'
  const settledAt = new Date()
  const { assignment, message, sight } = written
  const body = {
    command: commandShape({ ...it.command, outcome, settledAt }),
    conversation: it.actor && conversationShape(sight as Sight, it.actor, null),
    ...(assignment && { assignment: withNoteFor(it.actor, assignmentShape(assignment)) }),
    ...(message && { message: messageShape(message) }),
    ...(change.targetAway && { targetAway: true }),
  }
  const arrival = outcome === 'queued' ? written.conversation.queueArrival : null
  return {
    outcome,
    answerStatus: 200,
    answerBody: JSON.stringify(body),
    settledAt,
    ...(arrival !== null && { arrival }),
  }
}
