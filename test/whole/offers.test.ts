import { and, eq, sql } from 'drizzle-orm'
import { afterAll, beforeAll, expect, test, vi } from 'vitest'
import type { Database } from '../../db/client.ts'
import { commands, teamspaces, users } from '../../db/schema.ts'
import { holdConversation, untilBlocked } from '../crash/holding.ts'
import { type TestApi, testApi } from '../harness/api.ts'
import {
  handOff,
  holderOf,
  setAssignment,
  setPresence,
  untilAssigned,
  waitingIn,
} from '../harness/queueing.ts'
import { aLivechat } from '../harness/scenes.ts'
import { assignedWhileSwept, PASSED_OVER_WITHIN_MS, stuck } from '../harness/stuck.ts'
import { aWorkspace, expectStatus } from '../harness/workspace.ts'

/** The sweeper looks every 3 s. */
const SWEPT_WITHIN_MS = 10_000

let api: TestApi
let db: Database
beforeAll(async () => {
  api = await testApi()
  db = api.database.client.db
})
afterAll(() => api.close())

/** Mia, who is away, serves alone, one chat at a time; so many chats wait for them. */
async function waitingForMia(count: number) {
  const w = await aWorkspace(api)
  await setAssignment(w, { maxChatsPerAgent: 1 })
  const mia = await w.user('Mia', { online: false })
  const ids: string[] = []
  for (let n = 0; n < count; n++) {
    const { id } = await w.chat()
    expect(await handOff(w, id)).toBe('queued')
    ids.push(id)
  }
  return { w, mia, ids: ids as [string, string] }
}

function untilOffered(conversationId: string): Promise<void> {
  const offers = and(eq(commands.conversationId, conversationId), eq(commands.kind, 'offer'))
  return vi.waitFor(async () => expect(await db.$count(commands, offers)).toBe(1), 5_000)
}

test.concurrent('a conversation that does not answer its offer stops nobody, and is served when it answers', {
  timeout: 60_000,
}, async () => {
  const { w, mia, ids } = await waitingForMia(2)
  const [first, second] = ids
  const unstick = await stuck(api, first)
  await setPresence(mia, 'online')
  await untilOffered(first)
  expect(await untilAssigned(w, second, PASSED_OVER_WITHIN_MS)).toBe(mia.id)
  expect(await waitingIn(w)).toEqual([first])
  await unstick()
  await setAssignment(w, { maxChatsPerAgent: 2 })
  expect(await assignedWhileSwept(db, w, first, first)).toBe(mia.id)
  const offers = and(eq(commands.kind, 'offer'), eq(commands.workspaceId, w.id))
  expect(await db.$count(commands, offers)).toBeLessThan(5)
})

test.concurrent('what is taken over while an offer waits for it keeps its taker, and the next gets the slot', async () => {
  const { w, mia, ids } = await waitingForMia(2)
  const [first, second] = ids
  const hold = await holdConversation(db, first)
  const path = `/v1/conversations/${first}/takeover`
  const mine = { message: { text: 'Mine' } }
  expectStatus(await w.admin.post(path, mine, { prefer: 'respond-async' }), 202)
  await untilBlocked(db, 1)
  await setPresence(mia, 'online')
  await untilOffered(first)
  await hold.release()
  expect(await untilAssigned(w, second)).toBe(mia.id)
  expect(await holderOf(w, first)).toMatchObject({ id: w.admin.id })
})

type Scene = Awaited<ReturnType<typeof waitingForMia>>

/** As the API does it, but without the wake. */
async function comesOnlineUntold({ mia }: Scene): Promise<void> {
  const online = { presence: 'online' as const, onlineSince: sql`now()` }
  await db.update(users).set(online).where(eq(users.id, mia.id))
}

/** Ways to free a slot without a wake. */
const untold: Record<string, (scene: Scene) => Promise<unknown>> = {
  'somebody who came online': comesOnlineUntold,
  'a raised cap': async ({ w, mia }) => {
    const { id } = await aLivechat(w, mia)
    await setPresence(mia, 'online')
    expect(await holderOf(w, id)).toMatchObject({ id: mia.id })
    const raised = { maxChatsPerAgent: 5 }
    await db.update(teamspaces).set(raised).where(eq(teamspaces.id, w.teamspaceId))
  },
  'a queue that was terminated': async (scene) => {
    const handle = api.temporal.workflow.getHandle(`queue/${scene.w.teamspaceId}`)
    await vi.waitFor(() => handle.terminate('by the test'), 5_000)
    await comesOnlineUntold(scene)
  },
}

test.concurrent.each(Object.entries(untold))(
  'the sweeper finds %s, whose wake was lost',
  async (_what, happens) => {
    const scene = await waitingForMia(1)
    await happens(scene)
    expect(await untilAssigned(scene.w, scene.ids[0], SWEPT_WITHIN_MS)).toBe(scene.mia.id)
  },
)
