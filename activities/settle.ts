import type { Database, Transaction } from '../db/client.ts'
import { type CommandRow, lockCommandAndConversation } from '../db/commands/commands.ts'
import { settleCommand } from '../db/commands/settle.ts'
import { type ConversationRow, findConversation } from '../db/conversations/row.ts'
import { stateOf } from '../db/conversations/state.ts'
import { describeDatabaseError, isTransientError, stackOf } from '../db/errors.ts'
import { readQueued } from '../db/notifications.ts'
import type { ConversationState, Order, Settlement } from '../domain/conversation.ts'
import { judge } from '../domain/rules.ts'
import type { RefusalCode } from '../domain/words.ts'
import { commandOf } from '../engine/signal.ts'
import { type Wake, type WakeDeps, wakeQueuesSoon } from '../engine/wake-queues.ts'
import { retryableFailure } from './failures.ts'
import { acceptance } from './settle/answer.ts'
import { type Case, type Change, type Refusal, sightOf } from './settle/change.ts'
import { decide, mayPick } from './settle/decide.ts'
import { eventsOf } from './settle/events.ts'
import { lockFor } from './settle/lock.ts'
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
    for (let as = order; ; ) {
      const done = await db.transaction((tx) => settleOnce(tx, as))
      if (!('anew' in done)) return done
      as = done.anew
    }
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

/** An order to be settled anew, in a transaction that locks what the row needs. */
type Anew = { anew: Order }

async function settleOnce(tx: Transaction, order: Order): Promise<Done | Anew> {
  const found = await lockFor(tx, order)
  if (found?.command.outcome !== 'pending') {
    const before = settledBefore(found?.command)
    return { settlement: { ...before, conversation: await currentState(tx, order) } }
  }
  const { command, conversation } = found
  if (command.kind !== order.kind) return { anew: { ...order, kind: command.kind } }
  if (conversation.version !== order.version) {
    return { settlement: { conversation: stateOf(conversation), outcome: 'stale' } }
  }
  const it: Case = { tx, ...found }
  // The row's own: a signal sent by hand may name another actor or epoch than the row.
  const refused = judge(stateOf(conversation), commandOf(command))
  if (refused) return putOnRecord(it, { refused })
  // The row allows what the signal's ids did not: now with the lock to pick under.
  if (order.refusal !== null && mayPick(command.kind)) return { anew: { ...order, refusal: null } }
  const verdict = await decide(it)
  return 'refused' in verdict ? putOnRecord(it, verdict) : accept(it, verdict)
}

async function accept(it: Case, change: Change): Promise<Done> {
  const { tx, command, conversation } = it
  const written = await carryOut(it, change)
  const settled = acceptance(it, change, written)
  const newEvents = await eventsOf(it, written)
  // What left the queue nobody can claim any more: that it waited is read.
  const leftQueue = written.assignment && conversation.queueArrival !== null
  await Promise.all([
    leftQueue && readQueued(tx, conversation.id),
    settleCommand(tx, command, settled, newEvents),
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
  await refuse(it.tx, { ...it, sight: sightOf(it), code, details })
  return { settlement: refusedWith(it.conversation, code), wakes: wakesAfter(it, it.conversation) }
}

function refusedWith(conversation: ConversationRow, code: RefusalCode): Settlement {
  return { conversation: stateOf(conversation), outcome: 'refused', code }
}

/** A task that is run again is told what came of it the first time. */
function settledBefore(command: CommandRow | undefined): Pick<Settlement, 'outcome' | 'code'> {
  const outcome = command?.outcome
  if (!outcome || outcome === 'pending' || outcome === 'withdrawn') return { outcome: 'noop' }
  return command.code === null ? { outcome } : { outcome, code: command.code }
}

async function settleAsOurFault(db: Database, order: Order): Promise<Done> {
  try {
    return await db.transaction(async (tx) => {
      const found = await lockCommandAndConversation(tx, order)
      if (found?.command.outcome !== 'pending') {
        return { settlement: { conversation: await currentState(tx, order), outcome: 'noop' } }
      }
      const { command, conversation } = found
      await refuse(tx, { command, conversation, sight: null, code: 'internal_error' })
      return { settlement: refusedWith(conversation, 'internal_error') }
    })
  } catch (error) {
    throw retryableFailure(error)
  }
}

async function currentState(tx: Transaction, order: Order): Promise<ConversationState> {
  return stateOf((await findConversation(tx, order.conversationId)) as ConversationRow)
}
