import { afterAll, beforeAll, expect, test } from 'vitest'
import { type OwnService, ownService, type PartName } from '../harness/processes.ts'
import { answer, type Received } from '../harness/receiver.ts'
import { aChat, type Talk } from '../harness/scenes.ts'
import { textsOf, webhooksOf } from '../harness/webhooks.ts'
import { aWorkspace, type Workspace } from '../harness/workspace.ts'

const EACH = 10
const ANSWERED = 5

let service: OwnService
let w: Workspace
let hooks: ReturnType<typeof webhooksOf>
beforeAll(async () => {
  service = await ownService()
  w = await aWorkspace(service.forWorkspaces)
  hooks = webhooksOf(w)
}, 90_000)
afterAll(async () => {
  await hooks?.close()
  await service?.close()
})

const texts = Array.from({ length: EACH }, (_, index) => `Message ${index}`)

async function sayAll(chat: Talk): Promise<void> {
  for (const text of texts) await chat.does(w.channel, 'messages', { text, from: 'player' })
}

/** Kills these while deliveries are under way that the receiver has got and not answered. */
async function killedInMidDelivery(victims: PartName[]) {
  let goOn = () => {}
  const killed = new Promise<void>((resolve) => {
    goOn = resolve
  })
  const hook = await hooks.aWebhook(async (response) => {
    if (hook.received.length > ANSWERED) await killed
    answer(200)(response)
  })
  const chats = await Promise.all([aChat(w), aChat(w), aChat(w)])
  await Promise.all(chats.map(sayAll))
  await hook.until((got) => got.length > ANSWERED)
  await Promise.all(victims.map((one) => service.parts[one].kill()))
  goOn()
  for (const one of victims) await service.parts[one].start()
  return { hook, chats }
}

test.each<{ victims: PartName[] }>([
  { victims: ['worker'] },
  { victims: ['postgres', 'temporal', 'worker'] },
])(
  'after SIGKILL of $victims every event arrives, in order, each under one id',
  async ({ victims }) => {
    const { hook, chats } = await killedInMidDelivery(victims)
    const all = await hook.until((got) => eventsIn(got).size === 3 * EACH, 60_000)
    for (const { id } of chats) {
      const those = all.filter(({ event }) => event.conversationId === id)
      expect(withoutRepeats(textsOf(those))).toEqual(texts)
    }
    const ids = new Map(all.map(({ event, id }) => [event.id, id]))
    for (const { event, id } of all) expect(ids.get(event.id)).toBe(id)
    for (const one of all) one.verify(hook.secret)
  },
  90_000,
)

const eventsIn = (all: Received[]) => new Set(all.map(({ event }) => event.id))

/** A repeat is identical, and comes before anything else of its conversation. */
const withoutRepeats = (said: string[]) => said.filter((text, index) => text !== said[index - 1])
