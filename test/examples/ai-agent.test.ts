import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { afterAll, beforeAll, expect, test, vi } from 'vitest'
import { type Served, served } from '../api/events/following.ts'
import { type TestApi, testApi } from '../harness/api.ts'
import { builtOnce } from '../harness/build.ts'
import { aChat, type Talk } from '../harness/scenes.ts'
import { aWorkspace, type Person, type Workspace } from '../harness/workspace.ts'

let api: TestApi
let server: Served
let w: Workspace
let mia: Person
let agent: ChildProcess
beforeAll(async () => {
  await builtOnce()
  api = await testApi()
  server = await served(api)
  w = await aWorkspace(api)
  mia = await w.user('Mia')
  agent = spawn(process.execPath, ['--import', 'tsx', 'examples/ai-agent.ts'], {
    env: { ...process.env, BATON_URL: server.url, BATON_TOKEN: w.ava.token },
    stdio: 'inherit',
  })
  await vi.waitFor(isListening, { timeout: 20_000 })
}, 90_000)
afterAll(async () => {
  agent.kill()
  await once(agent, 'exit')
  await server.close()
  await api.close()
})

async function isListening() {
  expect(await (await api.app.request('/metrics')).text()).toMatch(/baton_event_readers 1/)
}

const say = (chat: Talk, text: string) => chat.does(w.channel, 'messages', { text, from: 'player' })

/** The texts so far, once there are so many. */
function untilSaid(chat: Talk, count: number): Promise<string[]> {
  return vi.waitFor(
    async () => {
      const said = await chat.messages()
      expect(said).toHaveLength(count)
      return said.map((one: { text: string }) => one.text)
    },
    { timeout: 8_000 },
  )
}

const holder = async (chat: Talk) => (await chat.now()).assignee.id

test('it answers, hands off, is silent while a person has the chat, and goes on after close', async () => {
  const chat = await aChat(w)
  await say(chat, 'Hello')
  expect((await untilSaid(chat, 2))[1]).toContain('You said "Hello"')

  await say(chat, 'Human please')
  await vi.waitFor(async () => expect(await holder(chat)).toBe(mia.id), { timeout: 8_000 })
  await say(chat, 'Are you there?')
  await chat.does(mia, 'messages', { text: 'I am' })

  // Events come in order, so its last answer shows that it was silent before.
  await chat.does(mia, 'close')
  await say(chat, 'One more thing')
  expect((await untilSaid(chat, 7)).slice(2)).toEqual([
    'Human please',
    'Are you there?',
    'I am',
    'One more thing',
    expect.stringContaining('You said "One more thing"'),
  ])
}, 40_000)

test('taken over, it says no more', async () => {
  const [taken, other] = [await aChat(w), await aChat(w)]
  await taken.does(w.admin, 'takeover', { message: { text: 'Let me' } })
  await say(taken, 'Hello')
  await say(other, 'Hello')
  await untilSaid(other, 2)
  expect(await untilSaid(taken, 2)).toEqual(['Let me', 'Hello'])
})
