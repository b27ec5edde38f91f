import { afterAll, beforeAll, expect, test } from 'vitest'
import { changeShift, untilEnded } from '../api/shift-changes/begun.ts'
import { type OwnService, ownService, type PartName } from '../harness/processes.ts'
import { aTicket } from '../harness/scenes.ts'
import { aWorkspace, expectStatus, type Person, type Workspace } from '../harness/workspace.ts'
import { holdConversation, soon } from './holding.ts'
import { expectInvariants } from './invariants.ts'

const HELD = 16
const victims: (PartName | 'all')[] = ['worker', 'api', 'temporal', 'postgres', 'all']

let service: OwnService
let w: Workspace
let noor: Person
beforeAll(async () => {
  service = await ownService()
  w = await aWorkspace(service.forWorkspaces)
  noor = await w.user('Noor')
}, 90_000)
afterAll(() => service?.close())

test.each(victims)(
  'after SIGKILL of %s in the middle a shift change goes on, and passes on nothing twice',
  async (victim) => {
    const mia = await w.user('Mia')
    const tickets = await Promise.all(Array.from({ length: HELD }, () => aTicket(w, mia)))
    const last = tickets.map((ticket) => ticket.id).toSorted()[HELD - 1] as string
    const hold = await holdConversation(service.db, last)
    const { id } = await changeShift(mia, 'me', { to: { userId: noor.id } })
    const done = async () => expectStatus(await mia.get(`/v1/handovers/${id}`), 200).done
    await soon(async () => (await done()) > 0, 'some were passed on')
    const parts = victim === 'all' ? Object.values(service.parts) : [service.parts[victim]]
    expect(await done()).toBeLessThan(HELD)
    await Promise.all(parts.map((part) => part.kill()))
    await hold.release()
    await Promise.all(parts.map((part) => part.start()))
    await service.ready()
    expect(await untilEnded(mia, id, 40_000)).toMatchObject({
      state: 'finished',
      total: HELD,
      done: HELD,
      refused: [],
    })
    for (const ticket of tickets) {
      expect(await ticket.assignments()).toMatchObject([
        { cause: 'created' },
        { cause: 'transfer' },
      ])
    }
    await expectInvariants(service.db)
  },
  60_000,
)
