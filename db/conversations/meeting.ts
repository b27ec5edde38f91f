import { and, eq, isNull, or, type SQL, sql } from 'drizzle-orm'
import { alias } from 'drizzle-orm/pg-core'
import type { ChatAssignment } from '../../domain/chat-assignment/pool.ts'
import type { HandoffSettings } from '../../domain/handoff.ts'
import type { Principal } from '../../domain/principals.ts'
import { builtOnce } from '../built-once.ts'
import { methodOn } from '../chat-assignment/settings.ts'
import type { Transaction } from '../client.ts'
import { type Found, principalOf } from '../people/principals.ts'
import {
  aiAgents,
  apiKeys,
  commands,
  conversations,
  roles,
  teamspaces,
  users,
  workspaces,
} from '../schema.ts'
import { assignedToTeamOf, reachesAiAgent, waitsFor, within } from './reach.ts'
import { assigneeName, type Sight } from './sight.ts'

const me = alias(users, 'me')
const role = alias(roles, 'my_role')
const aiAgent = alias(aiAgents, 'my_ai_agent')
const holding = alias(aiAgents, 'holding')
const apiKey = alias(apiKeys, 'my_api_key')

/** How whoever asked for a command meets its conversation, beyond the row itself. */
export type Met = Omit<Sight, keyof typeof conversations.$inferSelect> & {
  /** It is assigned to a team they are in. */
  inItsTeam: boolean
  /** What Chat Assignment goes by in its teamspace. */
  chatAssignment: ChatAssignment
  /** How the AI agent that holds it hands off; null when none does. */
  handoff: HandoffSettings | null
}

/** Who asked, with their present grants (null: the service, or nobody any more), and how they meet it. */
export type Meeting = { actor: Principal | null; met: Met }

/** `reaches` of who asked, whose grants are columns here: `selectSights` for an actor not known yet. */
function reaches(grant: 'view' | 'manage'): SQL {
  const ofChats = grant === 'view' ? role.livechatsView : role.livechatsManage
  const ofTickets = grant === 'view' ? role.ticketsView : role.ticketsManage
  const user = or(eq(conversations.assigneeUserId, me.id), within(me.id, ofChats, ofTickets))
  return sql`case
    when ${apiKey.id} is not null then true
    when ${aiAgent.id} is not null then ${reachesAiAgent(aiAgent.id, grant)}
    when ${me.id} is not null then ${user}
  end`
}

const isTrue = (condition: SQL) => sql<boolean>`(${condition}) is true`

const asked = (type: Principal['type'], id: typeof me.id | typeof aiAgent.id | typeof apiKey.id) =>
  and(eq(commands.actorType, type), eq(id, commands.actorId))

const nameOf = <T extends typeof me | typeof aiAgent | typeof apiKey>(table: T) => ({
  id: table.id,
  workspaceId: table.workspaceId,
  name: table.name,
})

/** How whoever asked for a command meets its conversation now; null when there is no such command. */
export async function findMeeting(tx: Transaction, commandId: string): Promise<Meeting | null> {
  const [row] = await selectMeeting(tx, { commandId })
  if (!row) return null
  const { method, maxChatsPerAgent, ...met } = row.met
  const chatAssignment = { method: methodOn(met.plan, method), maxChatsPerAgent }
  return { actor: principalOf(row as Found), met: { ...met, chatAssignment } }
}

const selectMeeting = builtOnce((db) =>
  db
    .select({
      user: nameOf(me),
      role,
      aiAgent: nameOf(aiAgent),
      apiKey: nameOf(apiKey),
      met: {
        assigneeName,
        plan: workspaces.plan,
        visible: isTrue(reaches('view')),
        manageable: isTrue(reaches('manage')),
        awaitsThem: isTrue(waitsFor(me.id)),
        inItsTeam: isTrue(assignedToTeamOf(me.id)),
        method: teamspaces.method,
        maxChatsPerAgent: teamspaces.maxChatsPerAgent,
        handoff: holding.handoff,
      },
    })
    .from(commands)
    .innerJoin(conversations, eq(conversations.id, commands.conversationId))
    .innerJoin(workspaces, eq(workspaces.id, commands.workspaceId))
    .innerJoin(teamspaces, eq(teamspaces.id, conversations.teamspaceId))
    .leftJoin(holding, eq(holding.id, conversations.assigneeAiAgentId))
    .leftJoin(me, and(asked('user', me.id), isNull(me.deactivatedAt)))
    .leftJoin(role, eq(role.id, me.roleId))
    .leftJoin(aiAgent, and(asked('ai_agent', aiAgent.id), isNull(aiAgent.deletedAt)))
    .leftJoin(apiKey, and(asked('api_key', apiKey.id), isNull(apiKey.revokedAt)))
    .where(eq(commands.id, sql.placeholder('commandId'))),
)
