import { afterAll, beforeAll, expect, test } from 'vitest'
import { type TestApi, testApi } from '../../harness/api.ts'
import { aLivechat, aTeam, aTicket, type Talk } from '../../harness/scenes.ts'
import { aWorkspace, type Person, type Workspace } from '../../harness/workspace.ts'

let api: TestApi
let w: Workspace
let mia: Person
let noor: Person
let team: { id: string }
beforeAll(async () => {
  api = await testApi()
  w = await aWorkspace(api)
  mia = await w.user('Mia', { online: false })
  team = await aTeam(w, 'Noor alone')
  noor = await w.user('Noor', { teams: [team] })
})
afterAll(() => api.close())

const paths: [path: string, who: () => Person, body: () => Record<string, string | object>][] = [
  ['transfer', () => mia, () => ({ userId: noor.id })],
  ['team-transfer', () => mia, () => ({ teamId: team.id })],
  ['takeover', () => w.admin, () => ({ message: { text: 'Mine now' } })],
]
const kinds: [kind: string, make: () => Promise<Talk>][] = [
  ['chat', () => aLivechat(w, mia)],
  ['ticket', () => aTicket(w, mia)],
]
const statuses = ['open', 'pending', 'overdue', 'resolved']
const cases = paths.flatMap((path) =>
  kinds.flatMap((kind) =>
    statuses.map((status) => [path[0], status, kind[0], path, kind] as const),
  ),
)

test.each(cases)('%s of a %s %s opens it', async (what, status, _, [, who, body], [, make]) => {
  const talk = await make()
  await talk.does(mia, 'status', { status })
  const { conversation } = await talk.does(who(), what, body())
  expect(conversation).toMatchObject({ status: 'open', assignee: { type: 'user' } })
  expect(conversation.assignee.id).not.toBe(mia.id)
})
