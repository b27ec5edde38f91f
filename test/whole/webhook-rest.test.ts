import { afterEach, expect, test } from 'vitest'
import { testApi } from '../harness/api.ts'
import { answer, QUICK, type Reaction } from '../harness/receiver.ts'
import { aChat, type Talk } from '../harness/scenes.ts'
import { textsOf, untilEnded, webhooksOf } from '../harness/webhooks.ts'
import { aWorkspace } from '../harness/workspace.ts'

const pace = { ...QUICK, idleMs: 100, delaysMs: [2_000] }

const open: { close(): Promise<void> }[] = []
afterEach(async () => {
  for (const one of open.splice(0).reverse()) await one.close()
})

/** A webhook that got `One`; no activity drains it any more. */
async function atRest(sweeps: boolean, react?: Reaction) {
  const api = await testApi({ allowPrivateWebhooks: true, pace, sweeps })
  const w = await aWorkspace(api)
  const hooks = webhooksOf(w)
  open.push(api, hooks)
  const hook = await hooks.aWebhook(react)
  const chat: Talk = await aChat(w)
  const say = (text: string) => chat.does(w.channel, 'messages', { text, from: 'player' })
  await say('One')
  await hook.until((got) => got.length > 0)
  await untilEnded(api, hook.id)
  return { api, w, hook, say }
}

test('a webhook with nothing to do is left alone until something happens', async () => {
  const { api, hook, say } = await atRest(false)
  for (const text of ['Two', 'Three']) {
    await say(text)
    await hook.until((got) => textsOf(got).includes(text))
    await untilEnded(api, hook.id)
  }
  expect(textsOf(hook.received)).toEqual(['One', 'Two', 'Three'])
})

test('a delivery is tried again later although nothing happens until then', async () => {
  const { hook } = await atRest(true, answer(503))
  const tried = hook.received.length
  hook.reactWith(answer(200))
  await hook.until((got) => got.length > tried)
  expect(new Set(hook.received.map(({ id }) => id)).size).toBe(1)
})

test('a retry is sent at once although no activity was draining', async () => {
  const { w, hook } = await atRest(false)
  const [{ id }] = await hook.deliveries()
  await w.admin.post(`${hook.path}/deliveries/${id}/retry`)
  expect((await hook.until((got) => got.length === 2)).map((one) => one.id)).toEqual([id, id])
})
