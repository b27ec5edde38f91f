import { afterAll, beforeAll, expect, test } from 'vitest'
import { type TestApi, testApi } from '../../harness/api.ts'
import type { Caller } from '../../harness/caller.ts'
import { aChat, type Talk } from '../../harness/scenes.ts'
import { aWorkspace, type Person, type Workspace } from '../../harness/workspace.ts'
import { listed, type Served, served, type Told } from '../events/following.ts'

let api: TestApi
let server: Served
let w: Workspace
let mia: Person
let noor: Person
beforeAll(async () => {
  api = await testApi()
  server = await served(api)
  w = await aWorkspace(api)
  mia = await w.user('Mia', { online: false })
  noor = await w.user('Noor', { online: false })
})
afterAll(async () => {
  await server.close()
  await api.close()
})

/** One chat with a note of each kind; what its AI agent was answered. */
async function everyNote(chat: Talk): Promise<unknown[]> {
  const answers = [await chat.does(w.ava, 'handoff', { reason: 'Enough' })]
  answers.push(await chat.does(w.ava, 'cancel-handoff', { reason: 'Never mind' }))
  answers.push(await chat.does(w.ava, 'handoff', { reason: 'After all' }))
  await chat.does(mia, 'takeover')
  await chat.does(mia, 'transfer', { userId: noor.id, note: 'Secret: rude' })
  await chat.does(noor, 'team-transfer', { teamId: w.support.id, note: 'Secret: still rude' })
  await chat.does(mia, 'takeover')
  await chat.does(mia, 'close', { note: 'Refunded' })
  return answers
}

type Noted = { number: number; note?: string }
const notesIn = (all: Noted[]) => all.flatMap(({ note }) => note ?? [])
const assignedIn = (events: Told[]) =>
  events.flatMap((event) => (event.type === 'conversation.assigned' ? event.data : []))

const forAi = ['Enough', 'Never mind', 'After all', 'Refunded']
const secrets = ['Secret: rude', 'Secret: still rude']
const forPeople = [...forAi.slice(0, 3), ...secrets, 'Refunded']

test('the notes of transfers are for users and API keys, wherever an AI agent reads', async () => {
  const chat = await aChat(w)
  const of = `?conversationId=${chat.id}`
  const follow = async (who: Caller) => ({ who, stream: await server.follow(who, of) })
  const following = await Promise.all([w.ava, w.admin, w.channel].map(follow))
  const answers = await everyNote(chat)
  for (const { who, stream } of following) {
    const notes = who === w.ava ? forAi : forPeople
    const events = await listed(who, { conversationId: chat.id })
    await stream.told({ id: events.at(-1)?.id ?? '' })
    await stream.cut()
    expect(notesIn(await chat.assignments(who))).toEqual(notes)
    expect(notesIn(assignedIn(events))).toEqual(notes)
    // What it began with came before the streams.
    expect(stream.events).toEqual(events.slice(2))
    const all = JSON.stringify([events, stream.events, await chat.commands(who)])
    expect(secrets.map((secret) => all.includes(secret))).toEqual(secrets.map(() => who !== w.ava))
  }
  expect(notesIn(answers.map((it) => (it as { assignment: Noted }).assignment))).toEqual(
    forAi.slice(0, 3),
  )
})

test('the AI agent that gets a chat back is told the closing note', async () => {
  const chat = await aChat(w)
  await everyNote(chat)
  const events = await listed(w.ava, { conversationId: chat.id })
  const of = (type: string) => events.find((event) => event.type === type)?.data
  expect(of('conversation.closed')).toMatchObject({ note: 'Refunded' })
  expect(of('conversation.returned_to_ai')).toMatchObject({ note: 'Refunded' })
  expect(JSON.stringify(events)).not.toContain('Secret')
})
