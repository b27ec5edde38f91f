import type { TestApi } from './api.ts'
import type { Answered, Caller } from './caller.ts'

export type Person = Caller & { id: string; name: string }
export type Workspace = Awaited<ReturnType<typeof aWorkspace>>

const serving = { view: 'team', manage: 'team', transfer: true }
export const servingRole = { livechats: serving, tickets: serving }

/** The body of an answer that must have this status. */
export function expectStatus(answered: Answered, status: number) {
  if (answered.status !== status) {
    throw new Error(`Expected ${status}, got ${answered.status}: ${answered.text}`)
  }
  return answered.body
}

type Made = Awaited<ReturnType<typeof make>>

/** The workspace itself, with what everything else in it is made by. */
async function make(api: TestApi, plan: string) {
  const admin = { name: 'Root Admin', email: 'admin@acme.test' }
  const asked = { name: 'Acme', plan, admin }
  const made = expectStatus(await api.root.post('/v1/workspaces', asked), 201)
  const person: Person = { ...api.as(made.token), id: made.admin.id, name: made.admin.name }
  const create = async (path: string, body: unknown) =>
    expectStatus(await person.post(path, body), 201)
  return {
    as: api.as,
    id: made.workspace.id as string,
    teamspaceId: made.teamspace.id as string,
    admin: person,
    create,
  }
}

/** Makes AI agents, which hand off to anyone unless said. */
function botsOf({ as, teamspaceId, create }: Made) {
  return async (name: string, handoff?: unknown): Promise<Person> => {
    const settings = handoff ? { handoff } : {}
    const agent = await create('/v1/ai-agents', { name, teamspaceId, ...settings })
    const { token } = await create(`/v1/ai-agents/${agent.id}/tokens`, {})
    return { ...as(token), id: agent.id, name }
  }
}

type UserOptions = { teams?: { id: string }[]; roleId?: string; online?: boolean }

/** Makes users: in these teams, with this role, and online unless said. */
function usersOf({ as, admin, create }: Made, usual: { teams: { id: string }[]; roleId: string }) {
  return async (name: string, options: UserOptions = {}): Promise<Person> => {
    const { teams = usual.teams, roleId = usual.roleId, online = true } = options
    const email = `${name.toLowerCase().replaceAll(' ', '.')}@acme.test`
    const { id } = await create('/v1/users', { name, email, roleId })
    const { token } = await create(`/v1/users/${id}/tokens`, {})
    for (const team of teams) {
      expectStatus(await admin.put(`/v1/teams/${team.id}/members/${id}`), 204)
    }
    const person = { ...as(token), id, name }
    if (online) {
      expectStatus(await person.put('/v1/users/me/presence', { presence: 'online' }), 200)
    }
    return person
  }
}

/** Makes chats, which this AI agent holds unless said. */
function chatsOf(channel: Caller, ava: Person) {
  return async (options: { aiAgentId?: string; text?: string; language?: string } = {}) => {
    const { aiAgentId = ava.id, text, language } = options
    const body = {
      kind: 'chat',
      aiAgentId,
      player: { externalId: 'player-1', name: 'Pat' },
      ...(language && { language }),
      ...(text && { message: { text } }),
    }
    return expectStatus(await channel.post('/v1/conversations', body), 201) as { id: string }
  }
}

function ticketsOf({ teamspaceId }: Made) {
  const about = { kind: 'ticket', teamspaceId, subject: 'Refund' }
  return async (creator: Person, assignee: Person) => {
    const body = { ...about, player: { externalId: 'player-1' }, assigneeId: assignee.id }
    return expectStatus(await creator.post('/v1/conversations', body), 201) as { id: string }
  }
}

/**
 * A workspace with teamspace "General", its AI agent handing off to anyone, a channel, and teams
 * "Support" and "Billing"; users join "Support" as they are made.
 */
export async function aWorkspace(api: TestApi, { plan = 'champion' } = {}) {
  const made = await make(api, plan)
  const { id, teamspaceId, admin, create } = made
  const teamspaceIds = [teamspaceId]
  const role: { id: string } = await create('/v1/roles', { name: 'Agent', ...servingRole })
  const support: { id: string } = await create('/v1/teams', { name: 'Support', teamspaceIds })
  const billing: { id: string } = await create('/v1/teams', { name: 'Billing', teamspaceIds })
  const channel = api.as((await create('/v1/api-keys', { name: 'Web' })).token)
  const bot = botsOf(made)
  const ava = await bot('Ava')
  return {
    ...{ id, teamspaceId, admin, channel, ava, role, support, billing, create, bot },
    user: usersOf(made, { teams: [support], roleId: role.id }),
    chat: chatsOf(channel, ava),
    ticket: ticketsOf(made),
  }
}
