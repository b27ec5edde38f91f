import {
  condition,
  continueAsNew,
  defineSignal,
  proxyActivities,
  setHandler,
  workflowInfo,
} from '@temporalio/workflow'
import type { Activities } from './worker.ts'

const { settle } = proxyActivities<Activities>({ startToCloseTimeout: '1 minute' })

export async function naive(id: string, waiting: string[] = []): Promise<void> {
  const inbox = [...waiting]
  setHandler(defineSignal<[string]>('takeover'), (commandId) => void inbox.push(commandId))
  for (;;) {
    for (let commandId = inbox[0]; commandId; commandId = inbox[0]) {
      if (workflowInfo().continueAsNewSuggested) return continueAsNew<typeof naive>(id, [...inbox])
      await settle(commandId)
      inbox.shift()
    }
    await condition(() => inbox.length > 0)
  }
}
