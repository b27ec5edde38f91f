import {
  condition,
  continueAsNew,
  log,
  patched,
  setCurrentDetails,
  setDefaultSignalHandler,
  setHandler,
  workflowInfo,
} from '@temporalio/workflow'
import type { Command, ConversationState, Settlement } from '../domain/conversation.ts'
import { isCommand } from '../domain/signals.ts'
import { currentDetails } from './current-details.ts'
import { file, fileAsFormerly } from './filing.ts'
import { Inbox } from './inbox.ts'
import { load, settle } from './settling.ts'
import { signals } from './signals.ts'

/**
 * One conversation while anything happens to it: takes its commands one after another, settles
 * each, and ends when the conversation is closed and no command waits. All it knows comes from the
 * conversation's row, so a new run can replace one that ended, was terminated or was reset.
 *
 * @param waiting commands that the run before this one left unsettled
 */
export async function conversation(conversationId: string, waiting: Command[] = []): Promise<void> {
  const inbox = new Inbox(waiting)
  receive(inbox)

  const loaded = await load(conversationId)
  if (!loaded) return
  const { filesAtRest, ...found } = loaded
  let state: ConversationState = found
  setCurrentDetails(currentDetails(state, null))
  if (!filesAtRest) fileAsFormerly(null, state)

  for (;;) {
    for (let command = inbox.commands[0]; command; command = inbox.commands[0]) {
      if (workflowInfo().continueAsNewSuggested) {
        return continueAsNew<typeof conversation>(conversationId, inbox.commands)
      }
      const settlement = await settle(state, command)
      // Removed only now, so that a run that continues as new before this line takes the command along.
      const cameAgain = inbox.removeFirst()
      if (isRevived(settlement, cameAgain)) inbox.receive(command)
      setCurrentDetails(currentDetails(settlement.conversation, { command, settlement }))
      if (!filesAtRest) fileAsFormerly(state, settlement.conversation)
      state = settlement.conversation
    }
    if (filesAtRest) file(state)
    if (state.status === 'closed') return
    await condition(() => inbox.commands.length > 0)
  }
}

/** Whether the command was withdrawn when it was settled, and signalled again meanwhile. */
function isRevived({ outcome }: Settlement, cameAgain: boolean): boolean {
  // `patched` comes last, so that older runs, which dropped such a signal, replay unchanged.
  return outcome === 'noop' && cameAgain && patched('revived-while-settled')
}

/**
 * Puts every signal into the inbox, in order of arrival. The default handler is set first: it also
 * gets the signals that arrived before their own handler was set.
 */
function receive(inbox: Inbox): void {
  const enqueue = (signal: unknown) => {
    // A signal sent by hand may carry anything; throwing here would block the workflow for ever.
    if (!isCommand(signal)) return log.warn('Ignored a signal that carries no command')
    inbox.receive(signal)
  }
  setDefaultSignalHandler((_name, signal) => enqueue(signal))
  for (const { definition, description } of signals)
    setHandler(definition, enqueue, { description })
}
