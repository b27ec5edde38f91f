import { afterAll, beforeAll, expect, test } from 'vitest'
import { setAssignment } from '../harness/queueing.ts'
import { aChat, aLivechat, aQueuedChat, aTeam, type Talk } from '../harness/scenes.ts'
import type { Person } from '../harness/workspace.ts'
import { type Counting, costOf, counting } from './counting.ts'

let c: Counting
let mia: Person
let noor: Person
beforeAll(async () => {
  c = await counting()
  await setAssignment(c.w, { maxChatsPerAgent: 1_000 })
  mia = await c.w.user('Mia', { roleId: c.roleId })
  noor = await c.w.user('Noor', { roleId: c.roleId })
})
afterAll(() => c.api.close())

const livechat = () => aLivechat(c.w, mia)
const text = { message: { text: 'Mine' } }

test('a takeover with a reply costs at most 12 statements in 8 round trips', async () => {
  const cost = await costOf(c, livechat, (chat) => chat.by(noor, 'takeover', text))
  expect(cost.statements).toBeLessThanOrEqual(12)
  expect(cost.roundTrips).toBeLessThanOrEqual(8)
})

test('an Idempotency-Key costs a takeover nothing', async () => {
  let key = 0
  const plain = await costOf(c, livechat, (chat) => chat.by(noor, 'takeover', text))
  const keyed = await costOf(c, livechat, (chat) =>
    chat.by(noor, 'takeover', text, { 'idempotency-key': `key ${++key}` }),
  )
  expect(keyed.statements).toBe(plain.statements)
})

const sent: [what: string, accepted: (chat: Talk) => ReturnType<Talk['by']>, refusal: number][] = [
  ['takeover', (chat) => chat.by(noor, 'takeover', text), 409],
  ['transfer', (chat) => chat.by(mia, 'transfer', { userId: noor.id }), 409],
  ['team-transfer', (chat) => chat.by(mia, 'team-transfer', { teamId: c.w.support.id }), 409],
  ['status', (chat) => chat.by(mia, 'status', { status: 'overdue' }), 409],
  ['close', (chat) => chat.by(mia, 'close'), 409],
]

test.each(sent)('a refused %s costs no more than an accepted one', async (_, send, refusal) => {
  const accepted = await costOf(c, livechat, send)
  const afterClose = async () => {
    const chat = await livechat()
    await chat.does(mia, 'close')
    return chat
  }
  const refused = await costOf(c, afterClose, send, refusal)
  expect(refused.statements).toBeLessThanOrEqual(accepted.statements)
  expect(refused.roundTrips).toBeLessThanOrEqual(accepted.roundTrips)
})

test('a handoff by pool costs at most 16 statements, however many members, teams and pools', async () => {
  const handoff = (chat: Talk) => chat.by(c.w.channel, 'handoff')
  const inSmall = await costOf(c, () => aChat(c.w), handoff)
  for (let n = 0; n < 4; n += 1) {
    const asleep = await aTeam(c.w, `Asleep ${n}`)
    await c.w.user(`Sleeper ${n}`, { teams: [asleep], online: false })
    await aQueuedChat(c.w, asleep)
    for (let m = 0; m < 3; m += 1) await c.w.user(`Agent ${n} ${m}`)
  }
  const inLarge = await costOf(c, () => aChat(c.w), handoff)
  expect(inLarge.statements).toBeLessThanOrEqual(16)
  expect(inLarge.statements).toBe(inSmall.statements)
  expect(inLarge.roundTrips).toBe(inSmall.roundTrips)
})
