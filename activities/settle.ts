import { lockWorkspace } from '../db/chat-assignment/lock.ts'
import type { Database, Transaction } from '../db/client.ts'
import { type CommandRow, lockCommand, settleCommand } from '../db/commands/commands.ts'
import { actorOf } from '../db/conversations/assignments.ts'
import {
  type ConversationRow,
  findConversation,
  lockConversation,
} from '../db/conversations/row.ts'
import { stateOf } from '../db/conversations/state.ts'
import { describeDatabaseError, isTransientError, stackOf } from '../db/errors.ts'
import { recordEvents } from '../db/events/record.ts'
import { insertNotifications, readQueued } from '../db/notifications.ts'
import { findActor } from '../db/people/principals.ts'
import type { ConversationState, Order, Settlement } from '../domain/conversation.ts'
import { judge } from '../domain/rules.ts'
import { commandOf } from '../engine/signal.ts'
import { type Wake, type WakeDeps, wakeQueuesSoon } from '../engine/wake-queues.ts'
import { retryableFailure } from './failures.ts'
import { acceptance } from './settle/answer.ts'
import type { Case, Change, Refusal } from './settle/change.ts'
import { decide, mayPick } from './settle/decide.ts'
import { eventsOf } from './settle/events.ts'
import { noticesFor } from './settle/notices.ts'
import { queuesMovedBy } from './settle/queues-moved.ts'
import { refuse } from './settle/refuse.ts'
import { carryOut } from './settle/write.ts'

/** What came of an order, and what it may have set in motion. */
type Done = { settlement: Settlement; wakes?: Wake[] }

/**
 * Settles one command in one transaction: conversation, assignment, message, notifications,
 * events, and the command's outcome and answer, or its refusal. Safe to run twice, also at once:
 * the command's row is locked first, and one that is settled, withdrawn or missing is left alone.
 * Rejects only for a transient error, to be tried again; a bug is settled as `internal_error`.
 */
export function createSettle(deps: WakeDeps) {
  return async function settle(order: Order): Promise<Settlement> {
    const { settlement, wakes = [] } = await settleDespiteBugs(deps, order)
    for (const wake of wakes) wakeQueuesSoon(deps, wake)
    return settlement
  }
}

async function settleDespiteBugs({ db, log }: WakeDeps, order: Order): Promise<Done> {
  try {
    const done = await db.transaction((tx) => settleOnce(tx, order))
    if (done) return done
    // The row allows what the signal's kind or ids did not: now with the lock to pick under.
    const allowed = { ...order, refusal: null }
    return (await db.transaction((tx) => settleOnce(tx, allowed))) as Done
  } catch (error) {
    if (isTransientError(error)) throw retryableFailure(error)
    const { commandId } = order
    log.error(
      { commandId, stack: stackOf(error) },
      `settle failed: ${describeDatabaseError(error)}`,
    )
    return settleAsOurFault(db, order)
  }
}

/** Null when the row allows a pick that the workflow's rule refused, for which no lock was taken. */
async function settleOnce(tx: Transaction, order: Order): Promise<Done | null> {
  const command = await lockCommand(tx, order)
  if (command?.outcome !== 'pending') {
    const settlement = { ...settledBefore(command), conversation: await currentState(tx, order) }
    return { settlement }
  }
  const asked = actorOf(command)
  // What is refused picks nobody: a storm of refused commands must not hold up a workspace.
  const isLocked = mayPick(command.kind) && order.refusal === null
  // In the order of locks, sent one behind the other without a wait.
  const [, conversation, actor] = await Promise.all([
    isLocked && lockWorkspace(tx, command.workspaceId),
    lockConversation(tx, command.conversationId) as Promise<ConversationRow>,
    asked && findActor(tx, command.workspaceId, asked),
  ])
  if (conversation.version !== order.version) {
    return { settlement: { conversation: stateOf(conversation), outcome: 'stale' } }
  }
  const it: Case = { tx, command, conversation, actor }
  // The row's own: a signal sent by hand may name another kind, actor or epoch than the row.
  const refused = judge(stateOf(conversation), commandOf(command))
  if (!refused && mayPick(command.kind) && !isLocked) return null
  const verdict = refused ? { refused } : await decide(it)
  return 'refused' in verdict ? putOnRecord(it, verdict) : accept(it, verdict)
}

async function accept(it: Case, change: Change): Promise<Done> {
  const { tx, command, conversation } = it
  const written = await carryOut(it, change)
  const settled = acceptance(it, change, written)
  const notices = await noticesFor(tx, written)
  const newEvents = await eventsOf(it, written)
  // What left the queue nobody can claim any more: that it waited is read.
  const leftQueue = written.assignment && conversation.queueArrival !== null
  await Promise.all([
    settleCommand(tx, command.id, settled),
    leftQueue && readQueued(tx, conversation.id),
    insertNotifications(tx, conversation, notices),
    recordEvents(tx, conversation.workspaceId, newEvents),
  ])
  const settlement = { conversation: stateOf(written.conversation), outcome: settled.outcome }
  return { settlement, wakes: wakesAfter(it, written.conversation) }
}

function wakesAfter({ command, conversation }: Case, after: ConversationRow): Wake[] {
  const { teamspaceId } = conversation
  if (command.kind === 'offer') return [{ teamspaceId, settled: command.id }]
  return queuesMovedBy(conversation, after)
}

async function putOnRecord(it: Case, { refused: code, details }: Refusal): Promise<Done> {
  const { newEvents } = await refuse(it.tx, { ...it, code, details })
  await recordEvents(it.tx, it.conversation.workspaceId, newEvents)
  const settlement: Settlement = {
    conversation: stateOf(it.conversation),
    outcome: 'refused',
    code,
  }
  return { settlement, wakes: wakesAfter(it, it.conversation) }
}

/** A task that is run again is told what came of it the first time. */
function settledBefore(command: CommandRow | null): Pick<Settlement, 'outcome' | 'code'> {
  const outcome = command?.outcome
  if (!outcome || outcome === 'pending' || outcome === 'withdrawn') return { outcome: 'noop' }
  return command.code === null ? { outcome } : { outcome, code: command.code }
}

async function settleAsOurFault(db: Database, order: Order): Promise<Done> {
  try {
    return await db.transaction(async (tx) => {
      const command = await lockCommand(tx, order)
      const conversation = (await findConversation(tx, order.conversationId)) as ConversationRow
      if (command?.outcome !== 'pending') {
        return { settlement: { conversation: stateOf(conversation), outcome: 'noop' } }
      }
      const it: Case = { tx, command, conversation, actor: null }
      return putOnRecord(it, { refused: 'internal_error' })
    })
  } catch (error) {
    throw retryableFailure(error)
  }
}

async function currentState(tx: Transaction, order: Order): Promise<ConversationState> {
  return stateOf((await findConversation(tx, order.conversationId)) as ConversationRow)
}
