import { sql } from 'drizzle-orm'
import { settleDown } from '../assignment/deciding.ts'
import { insertChats } from '../assignment/scene.ts'
import { makeScene, type Scene } from '../commands/scene.ts'
import type { Workload } from '../commands/workload.ts'
import { commandWorkloads } from '../commands/workloads/commands.ts'
import { readWorkloads } from '../commands/workloads/reads.ts'
import type { Growing } from './growing.ts'

/** Below the cap of each when they share the conversations. */
const USERS = 40
const KINDS = ['takeover', 'handoff', 'conversation', 'list']

/** The same asked in workspaces with few and with many open conversations. */
export async function openConversations(growing: Growing, sizes: number[]): Promise<string> {
  const workloads: Workload[] = []
  for (const size of sizes) {
    const scene = await makeScene(growing.url, { users: USERS })
    await hold(growing, scene, size)
    workloads.push(...(await workloadsIn(scene, size, sizes[0] as number)))
  }
  await settleDown(growing.db)
  const inPairs = workloads.toSorted((a, b) => KINDS.indexOf(a.kind) - KINDS.indexOf(b.kind))
  return growing.compare(inPairs, 'fewer')
}

async function workloadsIn(scene: Scene, size: number, least: number): Promise<Workload[]> {
  const all = [...commandWorkloads(scene), ...(await readWorkloads(scene))]
  return all
    .filter(({ contestant, kind }) => contestant === 'baton' && KINDS.includes(kind))
    .map((workload) => {
      const titled = (count: number) => `${workload.title}; ${count} open`
      const besides = size === least ? [] : [titled(least)]
      return { ...workload, title: titled(size), besides }
    })
}

async function hold({ db }: Growing, { w, people }: Scene, count: number): Promise<void> {
  const of = { workspaceId: w.id, teamspaceId: w.teamspaceId, aiAgentId: w.ava.id }
  const ids = sql.join(
    people.map(({ id }) => sql`${id}`),
    sql`, `,
  )
  const holder = sql`(array[${ids}])[1 + n % ${people.length}::int]`
  await db.transaction(async (tx) => {
    await tx.execute(sql`set local statement_timeout = 0`)
    await insertChats(tx, of, 'held', count, {
      columns: sql`status, assignee_user_id`,
      values: sql`'open', ${holder}`,
      to: holder,
    })
  })
}
