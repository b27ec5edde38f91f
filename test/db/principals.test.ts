import { afterAll, beforeAll, expect, test } from 'vitest'
import { hashToken } from '../../db/ids.ts'
import {
  findActor,
  findPrincipalByToken,
  findPrincipalsByTokens,
} from '../../db/people/principals.ts'
import type { Principal } from '../../domain/principals.ts'
import type { Actor } from '../../domain/words.ts'
import { type TestApi, testApi } from '../harness/api.ts'
import { aWorkspace, expectStatus, servingRole, type Workspace } from '../harness/workspace.ts'

let api: TestApi
let w: Workspace
beforeAll(async () => {
  api = await testApi({ worker: false })
  w = await aWorkspace(api)
})
afterAll(() => api.close())

/** As each of the three ways finds them: by one token, among tokens, and by what a command names. */
async function found(actor: Actor, token: string, workspaceId = w.id) {
  const { db } = api.database.client
  const hash = hashToken(token)
  const among = await findPrincipalsByTokens(db, workspaceId, [hash, hashToken('unknown')])
  return [
    await findPrincipalByToken(db, hash),
    among.get(hash) ?? null,
    await findActor(db, workspaceId, actor),
  ]
}

test('a principal is one, however they are found, until they are gone', async () => {
  const mia = await w.user('Mia')
  const bot = await w.bot('Echo')
  const key = await w.create('/v1/api-keys', { name: 'Mail' })
  const everyone: [Principal, token: string, leave: () => Promise<{ status: number }>][] = [
    [
      { type: 'user', id: mia.id, workspaceId: w.id, name: 'Mia', isAdmin: false, ...servingRole },
      mia.token,
      () => w.admin.patch(`/v1/users/${mia.id}`, { active: false }),
    ],
    [
      { type: 'ai_agent', id: bot.id, workspaceId: w.id, name: 'Echo' },
      bot.token,
      () => w.admin.delete(`/v1/ai-agents/${bot.id}`),
    ],
    [
      { type: 'api_key', id: key.id, workspaceId: w.id, name: 'Mail' },
      key.token,
      () => w.admin.delete(`/v1/api-keys/${key.id}`),
    ],
  ] as typeof everyone
  for (const [principal, token, leave] of everyone) {
    expect(await found(principal, token)).toEqual([principal, principal, principal])
    expect((await leave()).status).toBeLessThan(300)
    expect(await found(principal, token)).toEqual([null, null, null])
  }
})

test('in another workspace a token and an id are nobody’s', async () => {
  const other = await aWorkspace(api)
  const [, among, actor] = await found({ type: 'user', id: w.admin.id }, w.admin.token, other.id)
  expect([among, actor]).toEqual([null, null])
  expectStatus(await w.admin.get('/v1/users/me'), 200)
})
