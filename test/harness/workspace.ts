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

/**
 * A workspace with teamspace "General", its AI agent handing off to anyone, a channel, and teams
 * "Support" and "Billing", which users join as they are made.
 */
export async function aWorkspace(api: TestApi, { plan = 'champion' } = {}) {
  const made = expectStatus(
    await api.root.post('/v1/workspaces', {
      name: 'Acme',
      plan,
      admin: { name: 'Root Admin', email: 'admin@acme.test' },
    }),
    201,
  )
  const admin: Person = { ...api.as(made.token), id: made.admin.id, name: made.admin.name }
  const teamspaceId: string = made.teamspace.id
  const create = async (path: string, body: unknown) =>
    expectStatus(await admin.post(path, body), 201)
  const role = await create('/v1/roles', { name: 'Agent', ...servingRole })
  const support = await create('/v1/teams', { name: 'Support', teamspaceIds: [teamspaceId] })
  const billing = await create('/v1/teams', { name: 'Billing', teamspaceIds: [teamspaceId] })
  const channel = api.as((await create('/v1/api-keys', { name: 'Web' })).token)

  async function bot(name: string, handoff?: unknown): Promise<Person> {
    const agent = await create('/v1/ai-agents', {
      name,
      teamspaceId,
      ...(handoff ? { handoff } : {}),
    })
    const { token } = await create(`/v1/ai-agents/${agent.id}/tokens`, {})
    return { ...api.as(token), id: agent.id, name }
  }

  /** A user in these teams (Support unless said), online unless said. */
  async function user(
    name: string,
    options: { teams?: { id: string }[]; roleId?: string; online?: boolean } = {},
  ): Promise<Person> {
    const { teams = [support], roleId = role.id, online = true } = options
    const email = `${name.toLowerCase().replaceAll(' ', '.')}@acme.test`
    const { id } = await create('/v1/users', { name, email, roleId })
    const { token } = await create(`/v1/users/${id}/tokens`, {})
    for (const team of teams) {
      expectStatus(await admin.put(`/v1/teams/${team.id}/members/${id}`), 204)
    }
    const person = { ...api.as(token), id, name }
    if (online) {
      expectStatus(await person.put('/v1/users/me/presence', { presence: 'online' }), 200)
    }
    return person
  }

  const ava = await bot('Ava')

  /** A chat that its AI agent holds. */
  async function chat(options: { aiAgentId?: string; text?: string; language?: string } = {}) {
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

  async function ticket(creator: Person, assignee: Person) {
    const body = {
      kind: 'ticket',
      teamspaceId,
      subject: 'Refund',
      player: { externalId: 'player-1' },
      assigneeId: assignee.id,
    }
    return expectStatus(await creator.post('/v1/conversations', body), 201) as { id: string }
  }

  return {
    id: made.workspace.id as string,
    teamspaceId,
    admin,
    channel,
    ava,
    role: role as { id: string },
    support: support as { id: string },
    billing: billing as { id: string },
    user,
    bot,
    chat,
    ticket,
    create,
  }
}
