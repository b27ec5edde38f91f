import {
  condition,
  continueAsNew,
  defineSignal,
  proxyLocalActivities,
  setHandler,
  workflowInfo,
} from '@temporalio/workflow'
import type { Activities, Takeover } from './program.ts'

const { settle } = proxyLocalActivities<Activities>({
  startToCloseTimeout: '11s',
  scheduleToCloseTimeout: '15s',
})

/** The shape of Baton's conversation, with nothing in it. */
export async function floor(id: string, waiting: Takeover[] = []): Promise<void> {
  const inbox = [...waiting]
  setHandler(defineSignal<[Takeover]>('takeover'), (takeover) => void inbox.push(takeover))
  for (;;) {
    for (let takeover = inbox[0]; takeover; takeover = inbox[0]) {
      if (workflowInfo().continueAsNewSuggested) return continueAsNew<typeof floor>(id, [...inbox])
      await settle(takeover)
      inbox.shift()
    }
    await condition(() => inbox.length > 0)
  }
}
