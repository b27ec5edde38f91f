import { type Client, isGrpcServiceError, ServiceError } from '@temporalio/client'
import { defineSearchAttributeKey, SearchAttributeType } from '@temporalio/common'
import type { CommandRow } from '../db/commands/commands.ts'
import { actorOf } from '../db/conversations/assignments.ts'
import type { Command } from '../domain/conversation.ts'
import { type Filed, filingOf } from '../domain/filing.ts'
import { type SignalledKind, signalNames, WAKE, type Wake } from '../domain/signals.ts'

/** Every workflow is given the id of what it is of, and knows the rest by rows. */
type Of = (id: string) => Promise<unknown>

export const TASK_QUEUE = 'baton'

/** How long a task that a worker took and died with waits for another: the default is twice that. */
const TASK_TIMEOUT = '5s'

/** The engine does not answer, or refuses to work now; nothing is known to have been carried out. */
export class EngineUnavailable extends Error {
  override name = 'EngineUnavailable'
}

/** What the API and the sweeper need of Temporal. */
export type Engine = {
  /**
   * Hands a pending command to its conversation's workflow, started when it does not run. `filed`:
   * what operators filter by, of whoever just read it; without it the workflow files it.
   */
  signal(command: CommandRow, filed?: Filed): Promise<void>
  /** Wakes the queue of a teamspace, started when it does not run; `settled`: this offer was. */
  wakeQueue(teamspaceId: string, settled?: string): Promise<void>
  /** Starts a shift change's workflow, unless it runs. */
  startShiftChange(shiftChangeId: string): Promise<void>
  /** Has the deliveries of a webhook seen to; nothing happens when that is so already. */
  startWebhook(webhookId: string): Promise<void>
  /** Rejects with EngineUnavailable unless the engine answers. */
  ping(): Promise<void>
}

/** On a client whose connection is `openConnection`'s, which gives each call its time. */
export function createEngine(client: Client, taskQueue = TASK_QUEUE): Engine {
  return {
    signal: (command, filed) => answering(() => signalWithStart(client, taskQueue, command, filed)),
    wakeQueue: (teamspaceId, settled) =>
      answering(() => wakeQueue(client, taskQueue, teamspaceId, settled)),
    startShiftChange: (id) => answering(() => startOnce(client, taskQueue, 'handover', id)),
    startWebhook: (id) => answering(() => startOnce(client, taskQueue, 'webhook', id)),
    ping: () =>
      answering(async () => {
        await client.connection.workflowService.getSystemInfo({})
      }),
  }
}

async function signalWithStart(
  client: Client,
  taskQueue: string,
  row: CommandRow,
  filed?: Filed,
): Promise<void> {
  const { conversationId, workspaceId } = row
  await client.workflow.signalWithStart<Of, [Command]>('conversation', {
    workflowId: `conversation/${conversationId}`,
    taskQueue,
    workflowTaskTimeout: TASK_TIMEOUT,
    args: [conversationId],
    signal: signalNames[row.kind as SignalledKind],
    signalArgs: [commandOf(row)],
    workflowIdReusePolicy: 'ALLOW_DUPLICATE',
    workflowIdConflictPolicy: 'USE_EXISTING',
    typedSearchAttributes: filed && attributesOf(filed),
    staticSummary: `conversation \`${conversationId}\``,
    staticDetails: `Who holds \`${conversationId}\` of workspace \`${workspaceId}\`. Its record, texts and notes are in PostgreSQL.`,
  })
}

function attributesOf(filed: Filed) {
  return filingOf(filed).map(([name, value]) => {
    return { key: defineSearchAttributeKey(name, SearchAttributeType.KEYWORD), value }
  })
}

async function wakeQueue(
  client: Client,
  taskQueue: string,
  teamspaceId: string,
  settled?: string,
): Promise<void> {
  await client.workflow.signalWithStart<Of, [Wake]>('queue', {
    workflowId: `queue/${teamspaceId}`,
    taskQueue,
    workflowTaskTimeout: TASK_TIMEOUT,
    args: [teamspaceId],
    signal: WAKE,
    signalArgs: [{ settled }],
    workflowIdReusePolicy: 'ALLOW_DUPLICATE',
    workflowIdConflictPolicy: 'USE_EXISTING',
    staticSummary: `queue of \`${teamspaceId}\``,
  })
}

async function startOnce(
  client: Client,
  taskQueue: string,
  name: 'handover' | 'webhook',
  id: string,
): Promise<void> {
  await client.workflow.start<Of>(name, {
    workflowId: `${name}/${id}`,
    taskQueue,
    args: [id],
    workflowIdReusePolicy: 'ALLOW_DUPLICATE',
    workflowIdConflictPolicy: 'USE_EXISTING',
    staticSummary: `${name} \`${id}\``,
  })
}

/** What the signal carries of a command: ids, never text or notes. */
export function commandOf(row: CommandRow): Command {
  const { userId, teamId, status, expectedEpoch, holderId, claim } = row.payload
  const ids = { userId, teamId, status, expectedEpoch, holderId, claim }
  const actor = actorOf(row)
  return { commandId: row.id, kind: row.kind, actor, ...ids }
}

async function answering<T>(call: () => Promise<T>): Promise<T> {
  try {
    return await call()
  } catch (error) {
    if (error instanceof ServiceError || isGrpcServiceError(error)) {
      throw new EngineUnavailable('Temporal does not answer', { cause: error })
    }
    throw error
  }
}
