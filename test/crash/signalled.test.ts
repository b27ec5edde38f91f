import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { afterAll, afterEach, beforeAll, expect, test } from 'vitest'
import { freePort } from '../../bin/embedded/ports.ts'
import { type OwnService, ownService } from '../harness/processes.ts'
import { answer } from '../harness/receiver.ts'
import { aChat } from '../harness/scenes.ts'
import { webhooksOf } from '../harness/webhooks.ts'
import { aWorkspace, expectStatus, type Workspace } from '../harness/workspace.ts'
import { holdConversation, soon, untilBlocked, untilSettled } from './holding.ts'
import { expectInvariants } from './invariants.ts'
import { aTakeover } from './takeover.ts'

/** `docker stop` kills after 10 s. */
const DRAINED_WITHIN_MS = 8_000

let service: OwnService
let w: Workspace
beforeAll(async () => {
  service = await ownService()
  w = await aWorkspace(service.forWorkspaces)
}, 90_000)
afterAll(() => service?.close())
afterEach(() => expectInvariants(service.db))

/** How long it took one of our programs to end in order, the signal having come twice. */
async function stoppedTwice(part: 'api' | 'worker'): Promise<number> {
  const since = Date.now()
  const stopped = service[part].stop()
  process.kill(service[part].pid(), 'SIGTERM')
  process.kill(service[part].pid(), 'SIGINT')
  expect(await stopped).toBe(0)
  return Date.now() - since
}

test('an API that is told twice to end tells who waits that it is pending', async () => {
  const { chat, asking } = await aTakeover(w)
  const hold = await holdConversation(service.db, chat.id)
  const sent = asking.once(30)
  await untilBlocked(service.db, 1)
  expect(await stoppedTwice('api')).toBeLessThan(DRAINED_WITHIN_MS)
  expect(await sent).toMatchObject({ status: 202, body: { command: { outcome: 'pending' } } })
  await hold.release()
  await untilSettled(service.db, chat.id)
  await service.api.start()
  await service.ready()
  expectStatus(await asking.answered(), 200)
}, 40_000)

test('a worker that is told twice to end settles what it is at', async () => {
  const { chat, asking } = await aTakeover(w)
  const hold = await holdConversation(service.db, chat.id)
  const sent = asking.once(10)
  await untilBlocked(service.db, 1)
  const stopped = stoppedTwice('worker')
  await hold.release()
  expect(await stopped).toBeLessThan(DRAINED_WITHIN_MS)
  await untilSettled(service.db, chat.id)
  expect((await sent)?.status).toBe(200)
  await service.worker.start()
}, 40_000)

test('a worker told to end while a webhook hangs cuts it off, and another tries it again', async () => {
  const hooks = webhooksOf(w)
  const hook = await hooks.aWebhook(() => {})
  const chat = await aChat(w)
  await chat.does(w.channel, 'messages', { text: 'Hello', from: 'player' })
  await hook.until((got) => got.length === 1)
  expect(await stoppedTwice('worker')).toBeLessThan(DRAINED_WITHIN_MS)
  const [cut] = await hook.deliveries()
  expect(cut).toMatchObject({ state: 'pending', attempts: 1 })
  hook.reactWith(answer(200))
  await service.worker.start()
  const [first, second] = await hook.until((got) => got.length === 2, 30_000)
  expect(second?.id).toBe(first?.id)
  await hooks.close()
}, 60_000)

test('npm run api, signalled as a process group, answers what is in flight and ends', async () => {
  const { chat, asking } = await aTakeover(w)
  const port = await freePort()
  const env = { ...process.env, ...service.env, PORT: String(port) }
  const npm = spawn('npm', ['run', 'api'], { env, detached: true, stdio: 'ignore' })
  const url = `http://127.0.0.1:${port}`
  const isAlive = async () => (await fetch(`${url}/healthz`)).ok
  await soon(isAlive, 'npm run api is alive')
  const hold = await holdConversation(service.db, chat.id)
  const headers = { authorization: `Bearer ${w.admin.token}`, 'content-type': 'application/json' }
  const body = JSON.stringify({ message: { text: 'Let me' } })
  const sent = fetch(url + asking.path, { method: 'POST', headers, body })
  await untilBlocked(service.db, 1)
  const ended = once(npm, 'exit')
  process.kill(-(npm.pid as number), 'SIGTERM')
  await hold.release()
  expect((await sent).status).toBe(200)
  await ended
  await soon(async () => !(await isAlive().catch(() => false)), 'it has ended')
}, 60_000)
