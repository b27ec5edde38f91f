import { afterAll, beforeAll, expect, test } from 'vitest'
import { type OwnService, ownService } from '../harness/processes.ts'
import { aChat } from '../harness/scenes.ts'
import { aWorkspace, type Person, type Workspace } from '../harness/workspace.ts'
import { asking } from './asking.ts'
import { untilSettled } from './holding.ts'
import { expectInvariants } from './invariants.ts'

let service: OwnService
let w: Workspace
beforeAll(async () => {
  service = await ownService()
  w = await aWorkspace(service.forWorkspaces)
}, 90_000)
afterAll(() => service?.close())

async function admins(count: number): Promise<Person[]> {
  const roles = (await w.admin.get('/v1/roles')).body.items as { id: string; name: string }[]
  const roleId = roles.find((role) => role.name === 'admin')?.id
  const names = Array.from({ length: count }, (_, index) => `Admin ${index}`)
  return Promise.all(names.map((name) => w.user(name, { roleId, online: false })))
}

test('a worker killed while a hundred commands are under way leaves each to be settled once', async () => {
  const people = await admins(5)
  const chats = await Promise.all(Array.from({ length: 20 }, () => aChat(w)))
  const askings = chats.flatMap((chat) =>
    people.map((who) => asking(who, `${chat.path}/takeover`, { message: { text: who.name } })),
  )
  const sent = askings.map((one) => one.once(20))
  await untilSettled(service.db, null, { count: 20 })
  await service.worker.kill()
  await service.worker.start()
  await Promise.all(sent)
  for (const one of askings) expect((await one.answered()).status).toBe(200)
  for (const one of askings) expect(new Set(one.answers.map(({ text }) => text)).size).toBe(1)
  for (const chat of chats) {
    const texts = (await chat.messages()).map((message: { text: string }) => message.text)
    expect(texts.toSorted()).toEqual(people.map((one) => one.name))
    expect(await chat.now()).toMatchObject({ epoch: 6, version: 6 })
  }
  await expectInvariants(service.db)
}, 60_000)
