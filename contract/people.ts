import type { AiAgentRow } from '../db/people/ai-agents.ts'
import type { ApiKeyRow } from '../db/people/api-keys.ts'
import { grantsOf, type RoleRow } from '../db/people/roles.ts'
import type { MemberRow, TeamRow } from '../db/people/teams.ts'
import type { TeamspaceRow } from '../db/people/teamspaces.ts'
import type { TokenRow } from '../db/people/tokens.ts'
import type { UserRow } from '../db/people/users.ts'
import type { WorkspaceRow } from '../db/people/workspaces.ts'

const since = ({ createdAt }: { createdAt: Date }) => ({ createdAt: createdAt.toISOString() })

/** The contract's Workspace. */
export function workspaceShape(row: WorkspaceRow) {
  return { id: row.id, name: row.name, plan: row.plan, ...since(row) }
}

/** The contract's Role. */
export function roleShape(row: RoleRow) {
  return { id: row.id, name: row.name, ...grantsOf(row), preset: row.isAdmin, ...since(row) }
}

/** The contract's User, with the presence that counts now. */
export function userShape(row: UserRow) {
  return {
    id: row.id,
    name: row.name,
    email: row.email,
    roleId: row.roleId,
    active: row.deactivatedAt === null,
    presence: row.online ? ('online' as const) : ('away' as const),
    onlineSince: row.online && row.onlineSince ? row.onlineSince.toISOString() : null,
    presenceExpiresAt:
      row.online && row.presenceExpiresAt ? row.presenceExpiresAt.toISOString() : null,
    teamIds: row.teamIds,
    ...since(row),
  }
}

/** A token as lists show it: the token itself is shown once, when it is made. */
export function tokenShape(row: TokenRow) {
  return { id: row.id, ...since(row) }
}

/** The contract's API key, without its token. */
export function apiKeyShape(row: ApiKeyRow) {
  return { id: row.id, name: row.name, ...since(row) }
}

/** The contract's Teamspace; `method` as it was set, even when the plan no longer includes it. */
export function teamspaceShape(row: TeamspaceRow) {
  return {
    id: row.id,
    name: row.name,
    assignment: { method: row.method, maxChatsPerAgent: row.maxChatsPerAgent },
    defaultAiAgentId: row.defaultAiAgentId,
    ...since(row),
  }
}

/** The contract's Team. */
export function teamShape(row: TeamRow) {
  const { id, name, teamspaceIds, memberIds } = row
  return { id, name, teamspaceIds, memberIds, ...since(row) }
}

/** The contract's Team, with who is in it. */
export function teamWithMembersShape(row: TeamRow, members: MemberRow[]) {
  const shown = members.map(({ online, ...member }) => ({
    ...member,
    presence: online ? ('online' as const) : ('away' as const),
  }))
  return { ...teamShape(row), members: shown }
}

/** The contract's AI agent. */
export function aiAgentShape(row: AiAgentRow) {
  const { id, name, teamspaceId, handoff, isDefault } = row
  return { id, name, teamspaceId, handoff, isDefault, ...since(row) }
}
