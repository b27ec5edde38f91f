import { and, count, eq, isNotNull, sql } from 'drizzle-orm'
import { until } from '../../bin/embedded/until.ts'
import { conversations } from '../../db/schema.ts'
import { expectStatus, type Person } from '../../test/harness/workspace.ts'
import { insertChats } from '../assignment/scene.ts'
import { makeScene, type Scene } from '../commands/scene.ts'
import { short } from '../figures.ts'
import type { Growing } from './growing.ts'

const LONGEST_MS = 300_000

/** How fast a long queue empties once its agents come online, all at once. */
export async function drainedQueue(growing: Growing, waiting: number, agents: number) {
  const scene = await makeScene(growing.url, { users: agents })
  await all(scene, 'away')
  await queue(growing, scene, waiting)
  const begun = performance.now()
  await all(scene, 'online')
  let left = waiting
  const isEmpty = async () => {
    left = await waitingIn(growing, scene)
    return left === 0
  }
  await until(isEmpty, LONGEST_MS)
  const seconds = (performance.now() - begun) / 1_000
  const served = waiting - left
  return `A queue of ${waiting} with ${agents} agents coming online: ${served} served in ${short(seconds)} s, ${short(served / seconds)} a second.`
}

async function all({ people }: Scene, presence: 'online' | 'away'): Promise<void> {
  const set = async (person: Person) =>
    expectStatus(await person.put('/v1/users/me/presence', { presence }), 200)
  await Promise.all(people.map(set))
}

async function queue({ db }: Growing, { w }: Scene, waiting: number): Promise<void> {
  const of = { workspaceId: w.id, teamspaceId: w.teamspaceId, aiAgentId: w.ava.id }
  await db.transaction(async (tx) => {
    await tx.execute(sql`set local statement_timeout = 0`)
    await insertChats(tx, of, 'waiting', waiting, {
      columns: sql`status, queue_arrival, queued_at, queue_cause`,
      values: sql`'pending', n + 1, now(), 'handoff'`,
      to: sql`null::text`,
    })
    await tx.execute(sql`update workspaces set arrivals = ${waiting}::int where id = ${w.id}`)
  })
}

async function waitingIn({ db }: Growing, { w }: Scene): Promise<number> {
  const { teamspaceId, queueArrival } = conversations
  const [row] = await db
    .select({ left: count() })
    .from(conversations)
    .where(and(eq(teamspaceId, w.teamspaceId), isNotNull(queueArrival)))
  return row?.left ?? 0
}
