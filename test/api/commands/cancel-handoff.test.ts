import { afterAll, beforeAll, expect, test } from 'vitest'
import { type TestApi, testApi } from '../../harness/api.ts'
import { aChat, aLivechat, aQueuedChat, aTeam, type Talk, told } from '../../harness/scenes.ts'
import { aWorkspace, expectStatus, type Person, type Workspace } from '../../harness/workspace.ts'

const PATIENCE = { timeout: 10_000 }

let api: TestApi
let w: Workspace
let team: { id: string }
let mia: Person
beforeAll(async () => {
  api = await testApi()
  w = await aWorkspace(api)
  team = await aTeam(w, 'Asleep')
  mia = await w.user('Mia', { teams: [team], online: false })
})
afterAll(() => api.close())

async function queuedBy(bot: Person) {
  const chat = await aChat(w, { aiAgentId: bot.id })
  expect((await chat.does(bot, 'handoff')).command.outcome).toBe('queued')
  return chat
}

const aBot = () => w.bot('Bot', { target: { type: 'teams', teamIds: [team.id] } })

test.each(['the AI agent it came from', 'the channel'])(
  '%s takes a queued handoff back',
  async (by) => {
    const bot = await aBot()
    const chat = await queuedBy(bot)
    const who = by === 'the channel' ? w.channel : bot
    const body = await chat.does(who, 'cancel-handoff', { reason: 'Solved' })
    expect(body).toMatchObject({
      command: { kind: 'cancel_handoff', outcome: 'accepted' },
      conversation: {
        assignee: { type: 'ai_agent', id: bot.id, name: 'Bot' },
        status: 'open',
        queue: null,
        epoch: 3,
        version: 3,
      },
      assignment: {
        number: 3,
        cause: 'handoff_cancelled',
        actor: body.command.actor,
        from: null,
        to: { type: 'ai_agent', id: bot.id },
      },
    })
    expect(body.command.actor.type).toBe(by === 'the channel' ? 'api_key' : 'ai_agent')
  },
)

test('after it the AI agent replies and hands off again', async () => {
  const bot = await aBot()
  const chat = await queuedBy(bot)
  await chat.does(bot, 'cancel-handoff')
  await chat.does(bot, 'messages', { text: 'Back again' })
  expect((await chat.does(bot, 'handoff')).command.outcome).toBe('queued')
  expect((await chat.now()).epoch).toBe(4)
})

test('those who wait behind it move up', async () => {
  const other = await w.create('/v1/teamspaces', { name: 'Apart' })
  const bot = await w.create('/v1/ai-agents', { name: 'Apart', teamspaceId: other.id })
  const queue = async () => {
    const { body } = await w.channel.get(`/v1/conversations?queued=true&teamspaceId=${other.id}`)
    return body.items.map((one: Record<string, { position: number }>) => [
      one.id,
      one.queue?.position,
    ])
  }
  const chats: Talk[] = []
  for (const _ of [1, 2, 3]) chats.push(await aChat(w, { aiAgentId: bot.id }))
  for (const chat of chats) await chat.does(w.channel, 'handoff')
  const [first, second, third] = chats.map((one) => one.id)
  expect(await queue()).toEqual([
    [first, 1],
    [second, 2],
    [third, 3],
  ])
  await chats[0]?.does(w.channel, 'cancel-handoff')
  expect(await queue()).toEqual([
    [second, 1],
    [third, 2],
  ])
})

test('what is not queued has no handoff to cancel', async () => {
  const notQueued = { status: 409, code: 'not_queued' }
  expect(told(await (await aChat(w)).by(w.ava, 'cancel-handoff'))).toEqual(notQueued)
  const held = await aLivechat(w, mia)
  expect(told(await held.by(w.channel, 'cancel-handoff'))).toEqual(notQueued)
  expect((await held.now()).assignee.id).toBe(mia.id)
})

test('what a team transfer queued is not cancelled', async () => {
  const other = await aTeam(w, 'Others')
  const holder = await w.user('Holder', { teams: [other], online: false })
  const chat = await aLivechat(w, holder)
  await chat.does(holder, 'team-transfer', { teamId: team.id })
  expect((await chat.now()).queue).not.toBeNull()
  const refused = await chat.by(w.channel, 'cancel-handoff')
  expect(told(refused)).toEqual({ status: 409, code: 'not_queued' })
})

test('what a deactivation queued is not cancelled', async () => {
  const gone = await w.user('Gone', { teams: [await aTeam(w, 'Deserted')], online: false })
  const chat = await aLivechat(w, gone)
  expectStatus(await w.admin.patch(`/v1/users/${gone.id}`, { active: false }), 200)
  await expect.poll(async () => (await chat.now()).queue, PATIENCE).not.toBeNull()
  const refused = await chat.by(w.channel, 'cancel-handoff')
  expect(told(refused)).toEqual({ status: 409, code: 'not_queued' })
})

test('another AI agent does not see it', async () => {
  const chat = await queuedBy(await aBot())
  expect(told(await chat.by(w.ava, 'cancel-handoff'))).toEqual({ status: 404, code: 'not_found' })
})

test('a deleted AI agent’s handoff is cancelled to the default one', async () => {
  const bot = await aBot()
  const chat = await queuedBy(bot)
  expectStatus(await w.admin.delete(`/v1/ai-agents/${bot.id}`), 204)
  const { conversation } = await chat.does(w.channel, 'cancel-handoff')
  expect(conversation.assignee).toEqual({ type: 'ai_agent', id: w.ava.id, name: 'Ava' })
})

test('of a claim and a cancelling at once one wins and the other is told', async () => {
  for (let round = 0; round < 4; round++) {
    const chat = await aQueuedChat(w, team)
    const body = { expectedEpoch: 2 }
    const [claim, cancelled] = await Promise.all([
      chat.by(mia, 'takeover', body),
      chat.by(w.channel, 'cancel-handoff'),
    ])
    if (claim.status === 200) expect(told(cancelled)).toMatchObject({ code: 'not_queued' })
    else
      expect(told(claim)).toMatchObject({
        code: 'assignee_changed',
        assignee: { type: 'ai_agent' },
      })
    expect([claim.status, cancelled.status].sort()).toEqual([200, 409])
    expect((await chat.now()).epoch).toBe(3)
  }
})
