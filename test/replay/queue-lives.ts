import { vi } from 'vitest'
import type { TestApi } from '../harness/api.ts'
import { historyOfRun, offersIn } from '../harness/history.ts'
import { handOff, setAssignment, setPresence, untilAssigned } from '../harness/queueing.ts'
import { assignedWhileSwept, stuck } from '../harness/stuck.ts'
import type { Person, Workspace } from '../harness/workspace.ts'

/** One way a queue can live: what happens around it, and what it must have come to. */
export type QueueLife = {
  /** Drives it over HTTP until nothing waits; the teamspace's id. */
  drive: (api: TestApi, w: Workspace) => Promise<string>
  /** As `offersIn` words them. */
  offers: string[]
}

const PATIENCE = { timeout: 10_000, interval: 50 }
const workflowOf = (w: Workspace) => `queue/${w.teamspaceId}`

/** Mia is away, so that these many chats wait and the queue has found nobody. */
async function waitingForMia(api: TestApi, w: Workspace, count: number) {
  const mia: Person = await w.user('Mia', { online: false })
  const ids: string[] = []
  for (let n = 0; n < count; n++) {
    const { id } = await w.chat()
    await handOff(w, id)
    ids.push(id)
  }
  await vi.waitFor(async () => {
    if (offersIn([await historyOfRun(api, workflowOf(w))]).length === 0) throw new Error('Not yet')
  }, PATIENCE)
  return { mia, ids }
}

function untilEnded({ temporal }: TestApi, w: Workspace): Promise<void> {
  return vi.waitFor(async () => {
    const { status } = await temporal.workflow.getHandle(workflowOf(w)).describe()
    if (status.name !== 'COMPLETED') throw new Error(`It is ${status.name}`)
  }, PATIENCE)
}

async function drained(api: TestApi, w: Workspace): Promise<string> {
  const { mia, ids } = await waitingForMia(api, w, 3)
  await setPresence(mia, 'online')
  for (const id of ids) await untilAssigned(w, id)
  await untilEnded(api, w)
  return w.teamspaceId
}

async function passedOver(api: TestApi, w: Workspace): Promise<string> {
  await setAssignment(w, { maxChatsPerAgent: 1 })
  const { mia, ids } = await waitingForMia(api, w, 2)
  const [first, second] = ids as [string, string]
  const { db } = api.database.client
  const unstick = await stuck(api, first)
  await setPresence(mia, 'online')
  await assignedWhileSwept(db, w, second, first)
  await unstick()
  await setAssignment(w, { maxChatsPerAgent: 2 })
  await assignedWhileSwept(db, w, first, first)
  await untilEnded(api, w)
  return w.teamspaceId
}

/** Every way of a queue that is on file; `test/replay/histories/<name>.1.json`. */
export const queueLives: Record<string, QueueLife> = {
  'queue-drained': {
    drive: drained,
    offers: ['nobody free', 'offer 1', 'offer 2', 'offer 3', 'nothing waits'],
  },
  'queue-passed-over': {
    drive: passedOver,
    offers: ['nobody free', 'offer 1', 'offer 2', 'nobody free', 'nothing waits'],
  },
}
