import { afterAll, beforeAll, expect, test } from 'vitest'
import { type TestApi, testApi } from '../../harness/api.ts'
import type { Caller } from '../../harness/caller.ts'
import {
  aChat,
  aClosedChat,
  aLivechat,
  aQueuedChat,
  aSleepingTeam,
  aTeam,
  aTeamChat,
  aTicket,
  type Talk,
  talk,
  told,
} from '../../harness/scenes.ts'
import { aWorkspace, expectStatus, type Person, type Workspace } from '../../harness/workspace.ts'

let api: TestApi
let w: Workspace
let mia: Person
let noor: Person
beforeAll(async () => {
  api = await testApi()
  w = await aWorkspace(api)
  mia = await w.user('Mia', { online: false })
  noor = await w.user('Noor', { online: false })
})
afterAll(() => api.close())

type Item = { id: string }
const idsOf = (items: Item[]) => items.map((one) => one.id)
const page = async (query: string, who: Caller = w.channel) =>
  expectStatus(await who.get(`/v1/conversations?${query}`), 200)
const list = async (query: string, who?: Caller) => idsOf((await page(query, who)).items)

/** Everything a filter shows, in pages of `limit`. */
async function throughPages(query: string, limit: number, who?: Caller) {
  const pages: string[][] = []
  for (let cursor = ''; ; ) {
    const { items, nextCursor } = await page(`${query}&limit=${limit}${cursor}`, who)
    pages.push(idsOf(items))
    if (nextCursor === null) return pages
    cursor = `&cursor=${encodeURIComponent(nextCursor)}`
  }
}

test('each filter shows what matches it, and several what matches all', async () => {
  const space = await aWorkspace(api)
  const olga = await space.user('Olga', { online: false })
  const team = await aTeam(space, 'Refunds')
  const rita = await space.user('Rita', { teams: [team], online: false })
  const other = await space.create('/v1/teamspaces', { name: 'Other' })
  const bot = await space.create('/v1/ai-agents', { name: 'Bot', teamspaceId: other.id })
  const chats = {
    ai: await aChat(space),
    elsewhere: await aChat(space, { aiAgentId: bot.id }),
    held: await aLivechat(space, olga),
    queued: await aQueuedChat(space, team),
    ofTeam: await aTeamChat(space, team, rita),
    closed: await aClosedChat(space, olga),
    ticket: await aTicket(space, olga),
  }
  await chats.held.does(olga, 'status', { status: 'overdue' })
  const names = new Map(Object.entries(chats).map(([name, { id }]) => [id, name]))
  const shown = async (query: string, who: Caller = space.channel) =>
    (await list(query, who)).map((id) => names.get(id)).sort()

  expect(await shown('kind=ticket')).toEqual(['ticket'])
  expect(await shown('status=closed')).toEqual(['closed'])
  expect(await shown('status=overdue&status=pending')).toEqual(['held', 'queued'])
  expect(await shown(`assigneeId=${olga.id}`)).toEqual(['held', 'ticket'])
  expect(await shown('assigneeId=me', olga)).toEqual(['held', 'ticket'])
  expect(await shown(`assigneeId=${space.ava.id}`)).toEqual(['ai'])
  expect(await shown('assigneeId=me', space.ava)).toEqual(['ai'])
  expect(await shown('queued=true')).toEqual(['queued'])
  expect(await shown(`teamId=${team.id}`)).toEqual(['ofTeam', 'queued'])
  expect(await shown(`teamspaceId=${other.id}`)).toEqual(['elsewhere'])
  expect(await shown('player=player-1&kind=ticket')).toEqual(['ticket'])
  expect(await shown('player=player-2')).toEqual([])
  expect(await shown(`assigneeId=${olga.id}&kind=chat&status=overdue`)).toEqual(['held'])
  expect(await shown('assigneeId=usr_nobody')).toEqual([])
  expect(await shown('')).toEqual([...names.values()].sort())
})

test('an item of the list is the Conversation as its reader sees it', async () => {
  const chat = await aLivechat(w, mia)
  const [first] = (await page('assigneeId=me&limit=1', mia)).items
  expect(first).toEqual(await chat.now(mia))
  expect(first.actions).toContain('transfer')
})

test('the newest activity comes first: a message, a change, a beginning', async () => {
  const filter = `teamspaceId=${w.teamspaceId}&limit=3`
  const first = await aLivechat(w, mia)
  const second = await aChat(w)
  const third = await aTicket(w, mia)
  expect(await list(filter)).toEqual([third.id, second.id, first.id])
  await second.does(w.ava, 'messages', { text: 'Hello' })
  expect(await list(filter)).toEqual([second.id, third.id, first.id])
  await first.does(mia, 'status', { status: 'pending' })
  expect(await list(filter)).toEqual([first.id, second.id, third.id])
})

test('pages have no gap and no repeat, even of what changed in the same millisecond', async () => {
  const olga = await w.user('Olga')
  await Promise.all(Array.from({ length: 7 }, () => aTicket(w, olga)))
  await api.database.client.sql`
    update conversations set updated_at = now() where assignee_user_id = ${olga.id}`
  const whole = await list(`assigneeId=${olga.id}`)
  expect(new Set(whole).size).toBe(7)
  const pages = await throughPages(`assigneeId=${olga.id}`, 3)
  expect(pages.map((one) => one.length)).toEqual([3, 3, 1])
  expect(pages.flat()).toEqual(whole)
  expect(await throughPages(`assigneeId=${olga.id}`, 7)).toEqual([whole])
})

test('what moves up between two pages does not displace the rest', async () => {
  const olga = await w.user('Olga')
  const tickets: Talk[] = []
  for (let n = 0; n < 6; n++) tickets.push(await aTicket(w, olga))
  const filter = `assigneeId=${olga.id}&limit=2`
  const first = await page(filter)
  await tickets[0]?.does(olga, 'messages', { text: 'Up' })
  await tickets[4]?.does(olga, 'messages', { text: 'Up' })
  const second = await page(`${filter}&cursor=${first.nextCursor}`)
  const third = await page(`${filter}&cursor=${second.nextCursor}`)
  const untouched = [tickets[3], tickets[2], tickets[1]].map((one) => one?.id)
  expect([...idsOf(second.items), ...idsOf(third.items)]).toEqual(untouched)
})

test('queued=true is in queue order, page by page, whatever moved since', async () => {
  const team = await aSleepingTeam(w)
  const chats: Talk[] = []
  for (let n = 0; n < 5; n++) chats.push(await aQueuedChat(w, team))
  await chats[0]?.does(w.channel, 'messages', { text: 'Still there?', from: 'player' })
  await chats[3]?.does(w.channel, 'messages', { text: 'Hello?', from: 'player' })
  const pages = await throughPages(`queued=true&teamId=${team.id}`, 2)
  expect(pages.flat()).toEqual(chats.map((one) => one.id))
  const { items } = await page(`queued=true&teamId=${team.id}`)
  const positions = items.map((one: { queue: { position: number } }) => one.queue.position)
  expect(positions).toEqual([...positions].sort((a, b) => a - b))
  expect(new Set(positions).size).toBe(5)
})

test('without a limit there are 50 at most, and with one 200', async () => {
  const olga = await w.user('Olga')
  const { sql } = api.database.client
  await Promise.all(Array.from({ length: 51 }, () => aTicket(w, olga)))
  expect(await list(`assigneeId=${olga.id}`)).toHaveLength(50)
  expect(await list(`assigneeId=${olga.id}&limit=200`)).toHaveLength(51)
  const [{ count }] = (await sql`select count(*)::int from conversations`) as unknown as [
    { count: number },
  ]
  expect(count).toBeGreaterThan(51)
})

test('a cursor belongs to its filters', async () => {
  const olga = await w.user('Olga')
  for (const _ of [1, 2, 3]) await aTicket(w, olga)
  const { nextCursor } = await page(`assigneeId=${olga.id}&limit=1`)
  for (const filter of [
    '',
    `assigneeId=${mia.id}`,
    `assigneeId=${olga.id}&kind=ticket`,
    `assigneeId=${olga.id}&queued=true`,
  ]) {
    const refused = await w.channel.get(`/v1/conversations?${filter}&cursor=${nextCursor}`)
    expect(told(refused), filter).toMatchObject({ status: 400, errors: [{ path: 'cursor' }] })
  }
  expect(await list(`assigneeId=${olga.id}&limit=2&cursor=${nextCursor}`)).toHaveLength(2)
})

/** Every list of a conversation and that of all, each with more than one item. */
let lists: string[]
beforeAll(async () => {
  const chat = await aLivechat(w, noor)
  for (const text of ['One', 'Two', 'Three']) await chat.does(noor, 'messages', { text })
  for (const status of ['pending', 'overdue']) await chat.does(noor, 'status', { status })
  await aLivechat(w, noor)
  const paths = ['assignments', 'commands', 'messages'].map((what) => `${chat.path}/${what}`)
  lists = [...paths, '/v1/conversations']
})

test('a cursor of another list is a 400', async () => {
  const other = await aLivechat(w, noor)
  for (const path of lists) {
    const { nextCursor } = expectStatus(await w.channel.get(`${path}?limit=1`), 200)
    expect(nextCursor, path).toEqual(expect.any(String))
    const foreign = lists.filter((one) => one !== path)
    foreign.push(path.replace(/cnv_\w+/, other.id))
    for (const one of foreign.filter((that) => that !== path)) {
      const refused = await w.channel.get(`${one}?limit=1&cursor=${nextCursor}`)
      expect(told(refused), one).toMatchObject({
        code: 'invalid_request',
        errors: [{ path: 'cursor' }],
      })
    }
  }
})

/** Cursors made by hand, by somebody who knows the format. */
const tampered: [what: string, change: (key: unknown) => unknown][] = [
  ['nothing', () => null],
  ['a number beyond every count', () => 2 ** 40],
  ['a fraction', () => 1.5],
  ['a number below zero', () => -5],
  ['a list', () => []],
  ['a day that is none', (key) => ({ ...Object(key), at: '2026-02-31T00:00:00Z' })],
  ['the year 0', (key) => ({ ...Object(key), at: '0000-01-01T00:00:00Z' })],
  ['a NUL in the id', (key) => ({ ...Object(key), id: 'a\0b' })],
  ['a lone surrogate in the id', (key) => ({ ...Object(key), id: '\ud800' })],
  ['an endless arrival', (key) => ({ ...Object(key), arrival: 2 ** 52 })],
]

test.each(tampered)('a cursor made by hand is a 400 or harmless: %s', async (_what, change) => {
  for (const path of lists) {
    const { nextCursor } = expectStatus(await w.channel.get(`${path}?limit=1`), 200)
    const [scope, key] = JSON.parse(Buffer.from(nextCursor, 'base64url').toString())
    const made = Buffer.from(JSON.stringify([scope, change(key)])).toString('base64url')
    const answered = await w.channel.get(`${path}?cursor=${made}`)
    expect([200, 400], `${path}: ${answered.text}`).toContain(answered.status)
    if (answered.status === 400) expect(answered.body.errors[0].path).toBe('cursor')
  }
})

test.each([
  ['no base64url of JSON', 'garbage'],
  ['null', 'bnVsbA'],
  ['an object', 'e30'],
  ['a list of nothing', 'W10'],
  ['an emoji', '%F0%9F%98%80'],
  ['too long', 'x'.repeat(1001)],
])('a cursor that is %s is a 400 on every list', async (_what, cursor) => {
  for (const path of lists) {
    const refused = await w.channel.get(`${path}?cursor=${cursor}`)
    expect(told(refused)).toMatchObject({ code: 'invalid_request', errors: [{ path: 'cursor' }] })
  }
})

test('the lists of a conversation take limit as well', async () => {
  for (const path of lists) {
    for (const limit of [0, 201, 'x']) {
      const refused = await w.channel.get(`${path}?limit=${limit}`)
      expect(told(refused)).toMatchObject({ code: 'invalid_request', errors: [{ path: 'limit' }] })
    }
    expect((await w.channel.get(`${path}?limit=1`)).body.items).toHaveLength(1)
  }
})

test('the lists of a conversation are whole and oldest first through all pages', async () => {
  for (const path of lists.slice(0, 3)) {
    const whole = (await w.channel.get(`${path}?limit=200`)).body.items
    const collected: unknown[] = []
    let cursor: string | null = ''
    while (cursor !== null) {
      const next = `${path}?limit=1${cursor && `&cursor=${cursor}`}`
      const { items, nextCursor } = expectStatus(await w.channel.get(next), 200)
      collected.push(...items)
      cursor = nextCursor
    }
    expect(collected).toEqual(whole)
    const times = whole.map((one: Record<string, string>) => one.at ?? one.createdAt ?? one.sentAt)
    expect(times).toEqual([...times].sort())
  }
})

test('an API key is nobody’s Assignee: assigneeId=me is a 400', async () => {
  const refused = await w.channel.get('/v1/conversations?assigneeId=me')
  expect(told(refused)).toMatchObject({ code: 'invalid_request', errors: [{ path: 'assigneeId' }] })
})

test('a list without matches is empty', async () => {
  const empty = await aWorkspace(api)
  expect(await page('', empty.channel)).toEqual({ items: [], nextCursor: null })
  const { path } = talk(empty, (await empty.chat()).id)
  expect((await empty.channel.get(`${path}/messages`)).body).toEqual({
    items: [],
    nextCursor: null,
  })
})
