import { afterAll, beforeAll, expect, test } from 'vitest'
import { hashToken } from '../../../db/ids.ts'
import { findPrincipalsByTokens } from '../../../db/people/principals.ts'
import type { Principal } from '../../../domain/principals.ts'
import { holdKey, untilBlocked } from '../../crash/holding.ts'
import { type TestApi, testApi } from '../../harness/api.ts'
import type { Caller } from '../../harness/caller.ts'
import { aChat, told } from '../../harness/scenes.ts'
import { aWorkspace, type Workspace } from '../../harness/workspace.ts'
import { happens } from './following.ts'

let api: TestApi
let w: Workspace
beforeAll(async () => {
  api = await testApi({ worker: false })
  w = await aWorkspace(api)
})
afterAll(() => api.close())

async function principalOf({ token }: Caller): Promise<Principal> {
  const hash = hashToken(token)
  const found = await findPrincipalsByTokens(api.database.client.db, w.id, [hash])
  return found.get(hash) as Principal
}

const askings: [what: string, who: 'ava' | 'admin' | 'channel', body: object][] = [
  ['a reply', 'ava', { text: 'Hello' }],
  ['a refused reply', 'admin', { text: 'Hello' }],
  ['a message of a player', 'channel', { text: 'Hello', from: 'player' }],
  ['a new chat', 'channel', { kind: 'chat', player: { externalId: 'player' } }],
]

test.each(askings)(
  '%s that waits for its key keeps nothing else waiting',
  async (key, who, given) => {
    const { db } = api.database.client
    const chat = await aChat(w)
    const path = 'kind' in given ? '/v1/conversations' : `${chat.path}/messages`
    const body = 'kind' in given ? { ...given, aiAgentId: w.ava.id } : given
    const hold = await holdKey(db, await principalOf(w[who]), key)
    const asked = w[who].post(path, body, { 'idempotency-key': key })
    await untilBlocked(db, 1)
    await happens(api, w.id, 1)
    await hold.release()
    expect(told(await asked)).toEqual({ status: 422, code: 'idempotency_key_reused' })
  },
)
