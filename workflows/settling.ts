import { isCancellation, proxyActivities, proxyLocalActivities } from '@temporalio/workflow'
import type { Activities } from '../activities/index.ts'
import type {
  Command,
  ConversationState,
  Loaded,
  Order,
  Settlement,
} from '../domain/conversation.ts'
import { judge } from '../domain/rules.ts'

/** The common path: runs in the worker without a task of its own. Gives up soon, so that `durable` takes over. */
const local = proxyLocalActivities<Activities>({
  startToCloseTimeout: '11s',
  scheduleToCloseTimeout: '15s',
  retry: { initialInterval: '100ms', maximumInterval: '1s' },
})

/** The same function with endless retries: a database outage delays a command but never fails it. */
const durable = proxyActivities<Activities>({
  startToCloseTimeout: '15s',
  retry: { initialInterval: '500ms', maximumInterval: '3s' },
})

/** The conversation's row; null when there is none. */
export function load(conversationId: string): Promise<Loaded | null> {
  return localThenDurable(
    () => local.load(conversationId),
    () => durable.load(conversationId),
  )
}

/**
 * Judges the command and settles it. If the row has changed since it was judged, judges again. The
 * row wins: the workflow takes over the settlement's conversation as it is.
 */
export async function settle(
  conversation: ConversationState,
  command: Command,
): Promise<Settlement> {
  for (let judged = conversation; ; ) {
    const settlement = await settleAs(judged, command)
    if (settlement.outcome !== 'stale') return settlement
    judged = settlement.conversation
  }
}

function settleAs(judged: ConversationState, command: Command): Promise<Settlement> {
  const order: Order = {
    conversationId: judged.id,
    commandId: command.commandId,
    kind: command.kind,
    version: judged.version,
    refusal: judge(judged, command),
  }
  const summary = summaryOf(command)
  return localThenDurable(
    () => local.settle.executeWithOptions({ summary }, [order]),
    () => durable.settle.executeWithOptions({ summary }, [order]),
  )
}

async function localThenDurable<T>(first: () => Promise<T>, then: () => Promise<T>): Promise<T> {
  try {
    return await first()
  } catch (error) {
    if (isCancellation(error)) throw error
    return await then()
  }
}

function summaryOf({ kind, actor, userId, teamId }: Command): string {
  const target = userId ?? teamId
  return `${kind} by ${actor?.id ?? 'the service'}${target ? ` to ${target}` : ''}`
}
