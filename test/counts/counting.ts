import { type TestApi, testApi } from '../harness/api.ts'
import type { Answered } from '../harness/caller.ts'
import { aRole } from '../harness/scenes.ts'
import type { SqlCounter, SqlCounts } from '../harness/sql-count.ts'
import { aWorkspace, expectStatus, type Workspace } from '../harness/workspace.ts'

const SAMPLES = 3
/** Who waits for longer is looked at again, however busy the machine. */
const POLL_MS = 1_000
/** So many requests have had every statement prepared in every session. */
const PATIENCE = 100

/** What is seen to once the command is settled, and no answer waits for. */
const AFTERWARDS = [/"webhooks"/, /^select "id" from "teamspaces" where .* exists \(/]

export const everything = { view: 'all', manage: 'all', transfer: true }

export type Counting = { api: TestApi; w: Workspace; roleId: string; counter: SqlCounter }

/** A workspace whose statements are counted, with a role that may do anything. */
export async function counting(): Promise<Counting> {
  const api = await testApi({ counted: { ignoring: AFTERWARDS }, sweeps: false })
  const w = await aWorkspace(api)
  const roleId = await aRole(w, { livechats: everything, tickets: everything })
  return { api, w, roleId, counter: api.counter as SqlCounter }
}

/**
 * What a request costs from when it is sent to its answer, in API and worker, once all sessions
 * have their statements prepared: the least of a few. `before` makes ready what it is asked of, and
 * is not counted.
 */
export async function costOf<T>(
  { counter }: Counting,
  before: () => Promise<T>,
  ask: (made: T) => Promise<Answered>,
  status = 200,
): Promise<SqlCounts> {
  const samples: SqlCounts[] = []
  for (let n = 0; samples.length < SAMPLES; n += 1) {
    if (n === PATIENCE) throw new Error('Statements are prepared again and again')
    const made = await before()
    counter.reset()
    const began = performance.now()
    const answered = await ask(made)
    const counts = counter.counts()
    expectStatus(answered, status)
    const isPolled = performance.now() - began >= POLL_MS
    if (counts.prepared === 0 && !isPolled) samples.push(counts)
  }
  const least = (of: 'statements' | 'roundTrips') =>
    samples.toSorted((one, other) => one[of] - other[of])[0] as SqlCounts
  return { ...least('statements'), roundTrips: least('roundTrips').roundTrips }
}
