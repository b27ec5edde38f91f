import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { type OwnService, ownService } from '../harness/processes.ts'
import { aWorkspace, type Workspace } from '../harness/workspace.ts'
import { expectInvariants } from './invariants.ts'
import { killAtEveryPoint, killPoints, type Takeovers, type Victim } from './kill-points.ts'

const victims: Victim[] = ['api', 'worker', 'temporal', 'postgres', 'all']

let service: OwnService
let workspaces: [Workspace, Workspace]
beforeAll(async () => {
  service = await ownService()
  const { forWorkspaces } = service
  workspaces = [await aWorkspace(forWorkspaces), await aWorkspace(forWorkspaces)]
}, 90_000)
afterAll(() => service?.close())

describe.each(victims)('after SIGKILL of %s', (victim) => {
  let takeovers: Takeovers
  beforeAll(async () => {
    takeovers = await killAtEveryPoint(service, victim, workspaces)
  }, 60_000)

  test.each(killPoints)(
    'a takeover is carried out once that was %s',
    async (point) => {
      const { chat, asking } = takeovers[point]
      const answer = await asking.answered()
      expect(answer.status, answer.text).toBe(200)
      const repeats = [await asking.once(), await asking.once()]
      expect(repeats.map((one) => one?.headers.get('idempotency-replayed'))).toEqual([
        'true',
        'true',
      ])
      expect(new Set(asking.answers.map((one) => one.text)).size).toBe(1)
      expect(await chat.messages()).toMatchObject([{ text: 'Let me', epoch: 2 }])
      expect(await chat.assignments()).toMatchObject([{ cause: 'created' }, { cause: 'takeover' }])
    },
    40_000,
  )

  test('nothing is lost, nothing done twice, nothing stuck', async () => {
    await expectInvariants(service.db)
  })
})
