import { afterAll, beforeAll, expect, test } from 'vitest'
import { type TestApi, testApi } from '../../harness/api.ts'
import type { Answered, Caller } from '../../harness/caller.ts'
import { type Ask, nameless, naming } from './requests.ts'
import { idsIn, type Rows, rowsReader } from './rows.ts'
import { aLivedInWorkspace, type Scene } from './scene.ts'
import { routesOf, send } from './walking.ts'

let api: TestApi
let theirs: Scene
let mine: Scene
let rowsOf: Awaited<ReturnType<typeof rowsReader>>
let before: Rows
beforeAll(async () => {
  api = await testApi({ sweeps: false })
  theirs = await aLivedInWorkspace(api)
  mine = await aLivedInWorkspace(api)
  rowsOf = await rowsReader(api)
  before = await rowsOf(theirs.w.id)
})
afterAll(() => api.close())

test('every route of the document is walked, and no other', async () => {
  const walked = new Set([...Object.keys(naming), ...Object.keys(nameless)])
  expect([...walked].sort()).toEqual(await routesOf(api))
})

test('every table has rows of the workspace', () => {
  const empty = Object.keys(before).filter((table) => before[table]?.length === 0)
  expect(empty).toEqual([])
})

/** Root may set the plan of every workspace. */
const ofRoot = 'PATCH /v1/workspaces/{id}'

const walkers: [who: string, caller: () => Caller, passedBy?: string][] = [
  ['an admin', () => mine.w.admin],
  ['a user', () => mine.mia],
  ['an AI agent', () => mine.w.ava],
  ['an API key', () => mine.w.channel],
  ['root', () => api.root, ofRoot],
]

test.each(walkers)('%s of elsewhere reaches nothing by its id', async (_, caller, passedBy) => {
  for (const [route, asks] of Object.entries(naming)) {
    if (route === passedBy) continue
    for (const ask of asks(theirs.ids, mine.ids)) {
      const asked = { of: theirs.ids, ...ask }
      const answered = await walk(caller(), route, asked)
      expect(isRefusedOrEmpty(answered), told(route, asked, answered)).toBe(true)
    }
  }
})

test.each(walkers)('%s of elsewhere meets nothing of it without an id', async (_, caller) => {
  for (const [route, body] of Object.entries(nameless)) await walk(caller(), route, { body })
})

/** Sends a request and checks that no row of theirs has changed, and that none is told. */
async function walk(who: Caller, route: string, ask: Ask): Promise<Answered> {
  const answered = await send(who, route, ask)
  const what = told(route, ask, answered)
  expect(answered.status, what).toBeLessThan(500)
  expect(await rowsOf(theirs.w.id), what).toEqual(before)
  const known = JSON.stringify(ask)
  const leaked = idsIn(before).filter((id) => answered.text.includes(id) && !known.includes(id))
  expect(leaked, what).toEqual([])
  return answered
}

function isRefusedOrEmpty({ status, body }: Answered): boolean {
  return status === 200 ? body.items?.length === 0 : status >= 400
}

const told = (route: string, { of, ...ask }: Ask, { status, text }: Answered) =>
  `${route} ${JSON.stringify(ask)}: ${status} ${text}`
