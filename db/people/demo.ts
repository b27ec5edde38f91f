import type { Transaction } from '../client.ts'
import { createAiAgent } from './ai-agents.ts'
import { createApiKey } from './api-keys.ts'
import { setPresence } from './presence.ts'
import { createRole, type NewRole } from './roles.ts'
import { addMember, createTeam } from './teams.ts'
import { issueToken } from './tokens.ts'
import { createUser, type UserRow } from './users.ts'
import { createWorkspace } from './workspaces.ts'

type Named = { id: string; name: string }
type Tokened = Named & { token: string }

/** The demo workspace with its tokens, which are known only when it is made. */
type DemoWorkspace = {
  apiKey: string
  aiAgent: { id: string; token: string }
  users: Tokened[]
  teams: Named[]
}

const grants = { view: 'team', manage: 'team', transfer: true } as const
const agent: NewRole = { name: 'Agent', livechats: grants, tickets: grants }
const keepsOwn = { view: 'team', manage: 'own', transfer: false } as const
const trainee: NewRole = { name: 'Trainee', livechats: keepsOwn, tickets: keepsOwn }

/** Who serves where. The trainee may hold conversations, but not transfer or take over. */
const agents = [
  { name: 'Noah Lindqvist', role: agent, teams: ['Support'] },
  { name: 'Amara Okafor', role: agent, teams: ['Support', 'Billing'] },
  { name: 'Mei Tanaka', role: agent, teams: ['Billing'] },
  { name: 'Luis Ortega', role: trainee, teams: ['Support'] },
]

const emailOf = (name: string) => `${name.toLowerCase().replace(' ', '.')}@demo.example`

/** Makes the demo workspace: all users online, the highest plan, and the AI agent "Ava", who hands off to anyone. */
export async function createDemoWorkspace(tx: Transaction): Promise<DemoWorkspace> {
  const name = 'Grace Moreau'
  const { workspace, teamspace, admin, token } = await createWorkspace(tx, {
    name: 'Demo',
    plan: 'champion',
    admin: { name, email: emailOf(name) },
  })
  await setPresence(tx, admin, 'online')
  const teams = await createTeams(tx, workspace.id, [teamspace.id])
  const others = await createAgents(tx, workspace.id, teams)
  const aiAgent = await createAva(tx, workspace.id, teamspace.id)
  const apiKey = await createApiKey(tx, workspace.id, 'Demo channel')
  const users = [{ id: admin.id, name, token }, ...others]
  return { apiKey: apiKey.token, aiAgent, users, teams }
}

async function createTeams(tx: Transaction, workspaceId: string, teamspaceIds: string[]) {
  const teams: Named[] = []
  for (const name of ['Support', 'Billing']) {
    teams.push({ id: await createTeam(tx, workspaceId, { name, teamspaceIds }), name })
  }
  return teams
}

async function createAgents(tx: Transaction, workspaceId: string, teams: Named[]) {
  const roleIds = new Map<NewRole, string>()
  for (const role of [agent, trainee]) {
    roleIds.set(role, (await createRole(tx, workspaceId, role)).id)
  }
  const made: Tokened[] = []
  for (const { name, role, teams: itsTeams } of agents) {
    const roleId = roleIds.get(role) as string
    const user = await createUser(tx, workspaceId, { name, email: emailOf(name), roleId })
    const joined = teams.filter((team) => itsTeams.includes(team.name))
    made.push(await bringOnline(tx, user, joined))
  }
  return made
}

async function bringOnline(tx: Transaction, user: UserRow, teams: Named[]): Promise<Tokened> {
  const { id, name, workspaceId } = user
  for (const team of teams) await addMember(tx, workspaceId, team.id, id)
  await setPresence(tx, user, 'online')
  const { token } = await issueToken(tx, workspaceId, { userId: id })
  return { id, name, token }
}

async function createAva(tx: Transaction, workspaceId: string, teamspaceId: string) {
  const handoff = {
    target: { type: 'anyone' as const },
    targetsByLanguage: {},
    checkAvailability: false,
  }
  const id = await createAiAgent(tx, workspaceId, { name: 'Ava', teamspaceId, handoff })
  const { token } = await issueToken(tx, workspaceId, { aiAgentId: id })
  return { id, token }
}
