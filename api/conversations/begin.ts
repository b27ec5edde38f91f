import { and, eq, isNull } from 'drizzle-orm'
import type {
  NewChat,
  NewConversation,
  NewTicket,
} from '../../contract/schemas/create-conversation.ts'
import type { Transaction } from '../../db/client.ts'
import type { Beginning } from '../../db/conversations/create.ts'
import { permitUser } from '../../db/people/permitted.ts'
import { aiAgents, teamspaces, teamTeamspaces } from '../../db/schema.ts'
import { grantsFor, mayHold } from '../../domain/permission.ts'
import type { Principal } from '../../domain/principals.ts'
import { invalidRequest, ProblemError } from '../problem-error.ts'

/** 403 unless this kind of principal may begin this kind of conversation. */
export function mustBegin(principal: Principal, asked: NewConversation): void {
  if (asked.kind === 'chat') {
    const other = principal.type === 'ai_agent' && principal.id !== asked.aiAgentId
    if (principal.type !== 'user' && !other) return
    throw denied('A chat is begun by its AI agent or an API key')
  }
  if (principal.type === 'api_key') throw denied('A ticket is created by a user or an AI agent')
}

/** 403 unless their role lets a user begin it. After their key: a role may change before a repeat. */
export function mustBeGranted(principal: Principal, { kind }: NewConversation): void {
  if (principal.type === 'user' && !mayHold(grantsFor(principal, kind))) {
    throw denied('Your role does not manage tickets')
  }
}

const denied = (detail: string) => new ProblemError('permission_denied', { detail })

/** Looks up what the request names, and says how the conversation begins. 400 or 422 otherwise. */
export function beginningOf(
  tx: Transaction,
  workspaceId: string,
  asked: NewConversation,
): Promise<Beginning> {
  return asked.kind === 'chat' ? chat(tx, workspaceId, asked) : ticket(tx, workspaceId, asked)
}

async function chat(tx: Transaction, workspaceId: string, asked: NewChat): Promise<Beginning> {
  const [agent] = await tx
    .select({ id: aiAgents.id, teamspaceId: aiAgents.teamspaceId })
    .from(aiAgents)
    .where(
      and(
        eq(aiAgents.id, asked.aiAgentId),
        eq(aiAgents.workspaceId, workspaceId),
        isNull(aiAgents.deletedAt),
      ),
    )
    .for('share')
  if (!agent) throw invalidRequest('aiAgentId', 'There is no such AI agent')
  return {
    kind: 'chat',
    teamspaceId: agent.teamspaceId,
    language: asked.language,
    playerExternalId: asked.player.externalId,
    playerName: asked.player.name,
    assignee: { type: 'ai_agent', id: agent.id },
  }
}

async function ticket(tx: Transaction, workspaceId: string, asked: NewTicket): Promise<Beginning> {
  const { teamspaceId, assigneeId } = asked
  await mustBeTeamspace(tx, workspaceId, teamspaceId)
  if (asked.teamId !== undefined) await mustBeLinked(tx, workspaceId, teamspaceId, asked.teamId)
  const user = await permitUser(tx, { workspaceId, teamspaceId, kind: 'ticket' }, assigneeId)
  if (typeof user === 'string') throw new ProblemError('target_not_permitted', { reason: user })
  return {
    kind: 'ticket',
    teamspaceId,
    subject: asked.subject,
    playerExternalId: asked.player.externalId,
    playerName: asked.player.name,
    playerEmail: asked.player.email,
    teamId: asked.teamId,
    assignee: { type: 'user', id: assigneeId },
  }
}

async function mustBeTeamspace(tx: Transaction, workspaceId: string, id: string): Promise<void> {
  const found = await tx
    .select({ id: teamspaces.id })
    .from(teamspaces)
    .where(and(eq(teamspaces.id, id), eq(teamspaces.workspaceId, workspaceId)))
  if (found.length === 0) throw invalidRequest('teamspaceId', 'There is no such teamspace')
}

async function mustBeLinked(
  tx: Transaction,
  workspaceId: string,
  teamspaceId: string,
  teamId: string,
): Promise<void> {
  const found = await tx
    .select({ id: teamTeamspaces.teamId })
    .from(teamTeamspaces)
    .where(
      and(
        eq(teamTeamspaces.teamId, teamId),
        eq(teamTeamspaces.teamspaceId, teamspaceId),
        eq(teamTeamspaces.workspaceId, workspaceId),
      ),
    )
    // A deletion of the team waits, and then sees the ticket.
    .for('key share')
  if (found.length === 0) throw invalidRequest('teamId', 'There is no such team in the teamspace')
}
