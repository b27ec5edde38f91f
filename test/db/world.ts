import fc from 'fast-check'
import type { Database, Transaction } from '../../db/client.ts'
import * as schema from '../../db/schema.ts'
import { conversationKinds, grantScopes, type Status } from '../../domain/words.ts'

/** Two teamspaces of one workspace: who is in it, and where its conversations are. */
export type World = {
  teams: { id: string; teamspaceIds: string[] }[]
  users: { id: string; chats: Scopes; tickets: Scopes; teamIds: string[]; isActive: boolean }[]
  conversations: Placed[]
  /** Who has a token. */
  principals: string[]
}
/** How far `view` and `manage` reach. */
type Scopes = [view: Scope, manage: Scope]
type Scope = (typeof grantScopes)[number]

export type Placed = {
  kind: (typeof conversationKinds)[number]
  teamspaceId: string
  teamId: string | null
  originId: string
  /** A user's id, or `ai_agent` for its origin; else the pool it waits for. */
  at: string | { pool: string[] | null }
  /** Open, or pending while it waits, unless said. */
  status?: Status
}

const TEAMSPACES = ['here', 'there']
const TEAMS = ['red', 'green', 'blue']
const USERS = ['mia', 'noor', 'olga']
const AI_AGENTS = ['ava', 'bob']

const few = (words: string[]) => fc.subarray(words, { maxLength: 2 })
const mostlyHere = fc.constantFrom('here', 'here', 'there')
const mostlyOwn = fc.constantFrom<Scope>('own', ...grantScopes)
const scopes: fc.Arbitrary<Scopes> = fc
  .tuple(mostlyOwn, mostlyOwn)
  .map(([one, other]) =>
    grantScopes.indexOf(one) < grantScopes.indexOf(other) ? [other, one] : [one, other],
  )

const placed: fc.Arbitrary<Placed> = fc.record({
  kind: fc.constantFrom(...conversationKinds),
  teamspaceId: mostlyHere,
  teamId: fc.option(fc.constantFrom(...TEAMS)),
  originId: fc.constantFrom(...AI_AGENTS),
  at: fc.oneof(fc.constantFrom(...USERS, 'ai_agent'), {
    weight: 2,
    arbitrary: fc.record({ pool: fc.option(few(TEAMS), { freq: 5 }) }),
  }),
})

export const world: fc.Arbitrary<World> = fc.record({
  teams: fc.tuple(
    ...TEAMS.map((id) =>
      fc.record({
        id: fc.constant(id),
        teamspaceIds: fc.uniqueArray(mostlyHere, { maxLength: 2 }),
      }),
    ),
  ),
  users: fc.tuple(
    ...USERS.map((id) =>
      fc.record({
        id: fc.constant(id),
        chats: scopes,
        tickets: scopes,
        teamIds: few(TEAMS),
        isActive: fc.boolean(),
      }),
    ),
  ),
  conversations: fc.array(placed, { minLength: 1, maxLength: 8 }),
  principals: fc.constant([...USERS, ...AI_AGENTS, 'channel']),
})

const ROLLED_BACK = new Error('rolled back')

/** Does this in a transaction of which nothing stays. */
export async function rolledBack(db: Database, ask: (tx: Transaction) => Promise<void>) {
  const asked = db.transaction(async (tx) => {
    await ask(tx)
    throw ROLLED_BACK
  })
  await asked.catch((error) => {
    if (error !== ROLLED_BACK) throw error
  })
}

export const hashOf = (principal: string) => `hash of ${principal}`

const workspaceId = 'w'
const inIt = <T extends object>(rows: T[]) => rows.map((row) => ({ workspaceId, ...row }))

/**
 * Writes it as workspace `w`. Each conversation is in its second epoch, and was in the first where
 * it is now. For `rolledBack` only: the second epoch is not on record, unless `recordEpochs` does.
 */
export async function insertWorld(tx: Transaction, one: World): Promise<void> {
  await tx.insert(schema.workspaces).values({ id: workspaceId, name: 'World', plan: 'pro' })
  await tx.insert(schema.teamspaces).values(inIt(TEAMSPACES.map((id) => ({ id, name: id }))))
  await tx.insert(schema.aiAgents).values(inIt(AI_AGENTS.map(aiAgentRow)))
  await tx.insert(schema.apiKeys).values({ id: 'channel', workspaceId, name: 'Channel' })
  await tx.insert(schema.roles).values(inIt(one.users.map(roleRow)))
  await tx.insert(schema.users).values(inIt(one.users.map(userRow)))
  await tx.insert(schema.teams).values(inIt(TEAMS.map((id) => ({ id, name: id }))))
  const links = one.teams.flatMap(linkRows)
  if (links.length > 0) await tx.insert(schema.teamTeamspaces).values(inIt(links))
  const members = one.users.flatMap(memberRows)
  if (members.length > 0) await tx.insert(schema.teamMembers).values(inIt(members))
  await tx.insert(schema.tokens).values(inIt(one.principals.map(tokenRow)))
  await tx.insert(schema.conversations).values(inIt(one.conversations.map(conversationRow)))
  await tx.insert(schema.assignments).values(inIt(one.conversations.map(assignmentRow)))
}

/** Puts the second epoch of each conversation on record, without which nothing can be said in it. */
export async function recordEpochs(tx: Transaction, one: World): Promise<void> {
  const seconds = one.conversations.map((placed, index) => {
    return { ...assignmentRow(placed, index), number: 2, cause: 'transfer' as const }
  })
  await tx.insert(schema.assignments).values(inIt(seconds))
}

function aiAgentRow(id: string) {
  const target = { type: 'anyone' as const }
  const handoff = { target, targetsByLanguage: {}, checkAvailability: false }
  return { id, name: id, teamspaceId: 'here', handoff }
}

function roleRow({ id, chats, tickets }: World['users'][number]) {
  const [livechatsView, livechatsManage] = chats
  const [ticketsView, ticketsManage] = tickets
  const transfers = { livechatsTransfer: false, ticketsTransfer: false }
  return { id, name: id, livechatsView, livechatsManage, ticketsView, ticketsManage, ...transfers }
}

function userRow({ id, isActive }: World['users'][number]) {
  return { id, name: id, email: id, roleId: id, deactivatedAt: isActive ? null : new Date() }
}

function linkRows({ id: teamId, teamspaceIds }: World['teams'][number]) {
  return teamspaceIds.map((teamspaceId) => ({ teamId, teamspaceId }))
}

function memberRows({ id: userId, teamIds }: World['users'][number]) {
  return teamIds.map((teamId) => ({ teamId, userId }))
}

function tokenRow(id: string) {
  const bearer = {
    userId: USERS.includes(id) ? id : null,
    aiAgentId: AI_AGENTS.includes(id) ? id : null,
  }
  return { id, hash: hashOf(id), ...bearer, apiKeyId: id === 'channel' ? id : null }
}

/** Who holds it; a ticket that an AI agent would hold waits for anyone. */
function heldBy({ kind, at, originId }: Placed) {
  if (typeof at !== 'string') return { pool: at.pool }
  if (at !== 'ai_agent') return { userId: at }
  return kind === 'chat' ? { aiAgentId: originId } : { pool: null }
}

function conversationRow(one: Placed, index: number) {
  const { kind, teamspaceId, teamId, originId } = one
  const { userId, aiAgentId, pool } = heldBy(one)
  const status: Status = one.status ?? (pool === undefined ? 'open' : 'pending')
  const waits = { queueArrival: index + 1, queuedAt: new Date(), queueCause: 'handoff' as const }
  return {
    ...{ id: `conversation ${index}`, kind, teamspaceId, teamId, playerExternalId: 'player' },
    ...{ epoch: 2, version: 2, assigneeUserId: userId, assigneeAiAgentId: aiAgentId },
    originAiAgentId: kind === 'chat' ? originId : null,
    ...{ status, closedAt: status === 'closed' ? new Date() : null },
    ...(pool !== undefined && { ...waits, queueTeamIds: pool }),
  }
}

function assignmentRow(one: Placed, index: number) {
  const { userId, aiAgentId, pool } = heldBy(one)
  return {
    ...{ conversationId: `conversation ${index}`, number: 1, cause: 'created' as const },
    ...{ toUserId: userId, toAiAgentId: aiAgentId, teamId: one.teamId, queueTeamIds: pool ?? null },
  }
}
