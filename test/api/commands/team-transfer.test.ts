import { afterAll, beforeAll, expect, test } from 'vitest'
import { type TestApi, testApi } from '../../harness/api.ts'
import {
  aChat,
  aClosedChat,
  aLivechat,
  aRole,
  aTeam,
  aTicket,
  type Talk,
  told,
} from '../../harness/scenes.ts'
import { aWorkspace, expectStatus, type Person, type Workspace } from '../../harness/workspace.ts'

let api: TestApi
let w: Workspace
let holder: Person
beforeAll(async () => {
  api = await testApi()
  w = await aWorkspace(api, { plan: 'amateur' })
  expectStatus(await w.admin.patch(`/v1/teamspaces/${w.teamspaceId}`, cap(2)), 200)
  holder = await w.user('Holder', { teams: [w.billing], online: false })
})
afterAll(() => api.close())

const cap = (maxChatsPerAgent: number) => ({ assignment: { maxChatsPerAgent } })
const to = (team: { id: string }) => ({ teamId: team.id })

/** A team with an online member of each name. */
async function aTeamOf(...names: string[]) {
  const team = await aTeam(w, names.join(' and '))
  const members: Person[] = []
  for (const name of names) members.push(await w.user(name, { teams: [team] }))
  return { team, members }
}

test('Chat Assignment picks the member and says why', async () => {
  const { team, members } = await aTeamOf('Busy', 'Free')
  const [busy, free] = members as [Person, Person]
  await aLivechat(w, busy)
  const away = await w.user('Away', { teams: [team], online: false })
  const chat = await aLivechat(w, holder)
  const body = await chat.does(holder, 'team-transfer', { ...to(team), note: 'Refund' })
  expect(body).toMatchObject({
    command: { kind: 'team_transfer', outcome: 'accepted' },
    conversation: { assignee: { id: free.id }, teamId: team.id, status: 'open', queue: null },
    assignment: {
      cause: 'team_transfer',
      actor: { type: 'user', id: holder.id },
      from: { type: 'user', id: holder.id },
      to: { type: 'user', id: free.id },
      teamId: team.id,
      note: 'Refund',
    },
  })
  const { decision } = body.assignment
  expect(decision).toMatchObject({ method: 'balanced', picked: free.id })
  expect(decision.candidates).toHaveLength(2)
  expect(decision.candidates).toContainEqual({ userId: free.id, load: 0 })
  expect(decision.candidates).toContainEqual({ userId: busy.id, load: 1 })
  expect(decision.excluded).toEqual([{ userId: away.id, reason: 'away' }])
  expect((await chat.assignments()).at(-1)).toEqual(body.assignment)
})

test('tickets count for the load, what is resolved or closed does not', async () => {
  const { team, members } = await aTeamOf('Ticketed', 'Done')
  const [ticketed, done] = members as [Person, Person]
  await aTicket(w, ticketed)
  await aClosedChat(w, done)
  const resolved = await aLivechat(w, done)
  await resolved.does(done, 'status', { status: 'resolved' })
  const chat = await aLivechat(w, holder)
  const { assignment } = await chat.does(holder, 'team-transfer', to(team))
  expect(assignment.decision.candidates).toContainEqual({ userId: ticketed.id, load: 1 })
  expect(assignment.decision.picked).toBe(done.id)
})

test('on equal load it is the one who was not assigned for longest', async () => {
  const { team, members } = await aTeamOf('First', 'Second', 'Third')
  const picked: string[] = []
  for (const _ of [1, 2, 3, 4]) {
    const chat = await aLivechat(w, holder)
    const { conversation } = await chat.does(holder, 'team-transfer', to(team))
    const member = members.find((one) => one.id === conversation.assignee.id) as Person
    await chat.does(member, 'close')
    picked.push(member.name)
  }
  // None was ever assigned: by user id, and those of the three sort by creation.
  expect(picked).toEqual(['First', 'Second', 'Third', 'First'])
})

test('an exclusion has the first of its reasons', async () => {
  const noGrant = await aRole(w, { tickets: { view: 'own', manage: 'own' } })
  const { team, members } = await aTeamOf('Leaves', 'Full')
  const [leaves, full] = members as [Person, Person]
  const idle = await w.user('Idle', { teams: [team], online: false, roleId: noGrant })
  await Promise.all([aLivechat(w, full), aLivechat(w, full), aLivechat(w, leaves)])
  const chat = await aLivechat(w, leaves)
  const { command, assignment } = await chat.does(leaves, 'team-transfer', to(team))
  expect(command.outcome).toBe('queued')
  expect(assignment.decision).toMatchObject({ picked: null, candidates: [] })
  const reasons = assignment.decision.excluded.map(({ userId, reason }: Record<string, string>) => [
    userId,
    reason,
  ])
  expect(Object.fromEntries(reasons)).toEqual({
    [leaves.id]: 'transferor',
    [full.id]: 'at_capacity',
    [idle.id]: 'not_permitted',
  })
})

test('when nobody is free the conversation waits for that team', async () => {
  const team = await aTeam(w, 'Asleep')
  await w.user('Asleep', { teams: [team], online: false })
  const chat = await aLivechat(w, holder)
  const body = await chat.does(holder, 'team-transfer', { ...to(team), note: 'Later' })
  expect(body.command.outcome).toBe('queued')
  expect(body.assignment).toMatchObject({
    cause: 'team_transfer',
    from: { type: 'user', id: holder.id },
    to: null,
    teamId: team.id,
    note: 'Later',
  })
  expect(body.conversation).toMatchObject({ assignee: null, status: 'pending', teamId: team.id })
  const { position, since } = body.conversation.queue
  expect(position).toBeGreaterThanOrEqual(1)
  expect(since).toBe((await chat.now()).queue.since)
  expect(body).not.toHaveProperty('targetAway')
})

test('the cap holds however many are transferred at once, and the queue is in order', async () => {
  const other = await w.create('/v1/teamspaces', { name: 'Apart' })
  const team = await aTeam(w, 'Apart', [other.id])
  const bot = await w.create('/v1/ai-agents', { name: 'Apart', teamspaceId: other.id })
  expectStatus(await w.admin.patch(`/v1/teamspaces/${other.id}`, cap(2)), 200)
  const one = await w.user('One', { teams: [team] })
  const chats = await Promise.all([1, 2, 3, 4, 5].map(() => aChat(w, { aiAgentId: bot.id })))
  const taken = chats.map((chat) => chat.does(w.admin, 'takeover', { message: { text: 'Hi' } }))
  await Promise.all(taken)
  const passed = await Promise.all(
    chats.map((chat) => chat.does(w.admin, 'team-transfer', to(team))),
  )
  const outcomes = passed.map(({ command }) => command.outcome).sort()
  expect(outcomes).toEqual(['accepted', 'accepted', 'queued', 'queued', 'queued'])
  const waiting = `/v1/conversations?queued=true&teamspaceId=${other.id}`
  const { items } = (await w.channel.get(waiting)).body
  expect(items.map((item: { queue: { position: number } }) => item.queue.position)).toEqual([
    1, 2, 3,
  ])
  const held = `/v1/conversations?assigneeId=${one.id}`
  expect((await w.channel.get(held)).body.items).toHaveLength(2)
})

test('chats held in another teamspace fill the cap too', async () => {
  const { team, members } = await aTeamOf('Everywhere')
  const other = await w.create('/v1/teamspaces', { name: 'Elsewhere' })
  const target = { type: 'user', userId: members[0]?.id }
  await aTeam(w, 'Both', [other.id])
  await w.admin.patch(`/v1/teams/${team.id}`, { teamspaceIds: [w.teamspaceId, other.id] })
  const bot = await w.create('/v1/ai-agents', {
    name: 'Elsewhere',
    teamspaceId: other.id,
    handoff: { target },
  })
  for (const _ of [1, 2]) await (await aChat(w, { aiAgentId: bot.id })).does(w.channel, 'handoff')
  const chat = await aLivechat(w, holder)
  const { assignment } = await chat.does(holder, 'team-transfer', to(team))
  expect(assignment.decision.excluded).toEqual([{ userId: members[0]?.id, reason: 'at_capacity' }])
})

test('a ticket goes to an online member also beyond the cap', async () => {
  const { team, members } = await aTeamOf('Full of chats')
  const full = members[0] as Person
  await Promise.all([aLivechat(w, full), aLivechat(w, full)])
  await w.user('Away', { teams: [team], online: false })
  const ticket = await aTicket(w, holder)
  const { conversation } = await ticket.does(holder, 'team-transfer', to(team))
  expect(conversation).toMatchObject({ assignee: { id: full.id }, teamId: team.id })
})

test('a ticket waits when no member is online', async () => {
  const team = await aTeam(w, 'Night')
  await w.user('Asleep', { teams: [team], online: false })
  const ticket = await aTicket(w, holder)
  const { command, conversation } = await ticket.does(holder, 'team-transfer', to(team))
  expect(command.outcome).toBe('queued')
  expect(conversation).toMatchObject({ assignee: null, status: 'pending' })
})

const refusedTeams: [reason: string, which: string, team: () => Promise<{ id: string }>][] = [
  ['unknown', 'no team', async () => ({ id: 'team_nobody' })],
  ['unknown', 'a team of another workspace', async () => (await aWorkspace(api)).support],
  ['not_in_teamspace', 'a team without a teamspace', () => aTeam(w, 'Unlinked', [])],
  ['not_in_teamspace', 'a team of another teamspace', aForeignTeam],
  ['no_members', 'an empty team', () => aTeam(w, 'Empty')],
  ['no_members', 'a team whose members are gone', aDesertedTeam],
  ['no_members', 'a team whose members lack the grant', aTicketTeam],
  ['no_members', 'a team whose only permitted member is the holder', aTeamOfTheHolder],
]

test.each(refusedTeams)('the target may not hold it, %s: %s', async (reason, _which, team) => {
  const chat = await aLivechat(w, holder)
  const refused = await chat.by(holder, 'team-transfer', to(await team()))
  expect(told(refused)).toEqual({ status: 422, code: 'target_not_permitted', reason })
  expect(await chat.now()).toMatchObject({ assignee: { id: holder.id }, epoch: 2 })
})

async function aForeignTeam() {
  const other = await w.create('/v1/teamspaces', { name: 'Foreign' })
  const team = await aTeam(w, 'Foreign', [other.id])
  await w.user('Stranger', { teams: [team] })
  return team
}

async function aDesertedTeam() {
  const { team, members } = await aTeamOf('Gone')
  expectStatus(await w.admin.patch(`/v1/users/${members[0]?.id}`, { active: false }), 200)
  return team
}

async function aTicketTeam() {
  const team = await aTeam(w, 'Ticket people')
  const roleId = await aRole(w, { tickets: { view: 'own', manage: 'own' } })
  await w.user('Tim', { teams: [team], roleId })
  return team
}

async function aTeamOfTheHolder() {
  const team = await aTicketTeam()
  expectStatus(await w.admin.put(`/v1/teams/${team.id}/members/${holder.id}`), 204)
  return team
}

test('the free plan has no team transfers', async () => {
  const free = await aWorkspace(api, { plan: 'free' })
  const fred = await free.user('Fred')
  const chat = await aLivechat(free, fred)
  expect(told(await chat.by(fred, 'team-transfer', to(free.support)))).toEqual({
    status: 403,
    code: 'plan_required',
    plan: 'free',
    requiredPlan: 'amateur',
  })
})

test('the Assignee needs the grant to transfer', async () => {
  const roleId = await aRole(w, { livechats: { view: 'all', manage: 'all' } })
  const olga = await w.user('Olga', { roleId, online: false })
  const chat = await aLivechat(w, olga)
  expect(told(await chat.by(olga, 'team-transfer', to(w.support)))).toEqual({
    status: 403,
    code: 'permission_denied',
  })
})

const heldByOthers: [who: string, chat: () => Promise<Talk>, assignee: () => Person | null][] = [
  ['a colleague', () => aLivechat(w, holder), () => holder],
  ['an AI agent', () => aChat(w), () => w.ava],
]

test.each(heldByOthers)('an admin may not transfer what %s holds', async (_who, chat, assignee) => {
  const talk = await chat()
  const refused = await talk.by(w.admin, 'team-transfer', to(w.support))
  const { epoch } = await talk.now()
  expect(told(refused)).toMatchObject({
    status: 409,
    code: 'not_assignee',
    assignee: { id: assignee()?.id, name: assignee()?.name },
    epoch,
  })
})

test('a team transfer under an earlier epoch is refused', async () => {
  const chat = await aLivechat(w, holder)
  const refused = await chat.by(holder, 'team-transfer', { ...to(w.billing), expectedEpoch: 1 })
  expect(told(refused)).toEqual({
    status: 409,
    code: 'assignee_changed',
    assignee: { type: 'user', id: holder.id, name: holder.name },
    epoch: 2,
  })
})

test('a closed chat is not transferred to a team', async () => {
  const chat = await aClosedChat(w, holder)
  const { assignee, epoch } = await chat.now()
  const refused = await chat.by(holder, 'team-transfer', to(w.billing))
  expect(told(refused)).toEqual({ status: 409, code: 'conversation_closed', assignee, epoch })
})
