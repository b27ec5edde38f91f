import { and, eq, isNotNull, sql } from 'drizzle-orm'
import type { HandoffSettings, HandoffTarget } from '../../domain/handoff.ts'
import type { Queryable, Transaction } from '../client.ts'
import { commandEach } from '../commands/command-each.ts'
import type { CommandRow } from '../commands/commands.ts'
import { oneOf } from '../listing.ts'
import {
  aiAgents,
  conversations,
  roundRobinPlaces,
  teamMembers,
  teams,
  teamTeamspaces,
} from '../schema.ts'

/**
 * Deletes a team: its members leave it, nothing is handed off to it, and its conversations lose it. Under
 * the workspace's lock. Source: "Lists, clarified" of the contract.
 */
export async function deleteTeam(
  tx: Transaction,
  workspaceId: string,
  id: string,
): Promise<CommandRow[]> {
  await tx
    .update(teams)
    .set({ deletedAt: sql`now()` })
    .where(oneOf(teams, workspaceId, id))
  // A transaction that assigns for this team locks its members, so it ends before the list below is read.
  await tx
    .delete(teamMembers)
    .where(and(eq(teamMembers.workspaceId, workspaceId), eq(teamMembers.teamId, id)))
  await tx
    .delete(teamTeamspaces)
    .where(and(eq(teamTeamspaces.workspaceId, workspaceId), eq(teamTeamspaces.teamId, id)))
  await forgetPlaces(tx, workspaceId, id)
  await dropFromHandoffs(tx, workspaceId, id)
  return commandEach(tx, workspaceId, 'leave_team', eq(conversations.teamId, id))
}

export async function isDeletedTeam(db: Queryable, id: string): Promise<boolean> {
  const rows = await db
    .select({ id: teams.id })
    .from(teams)
    .where(and(eq(teams.id, id), isNotNull(teams.deletedAt)))
  return rows.length > 0
}

async function forgetPlaces(tx: Transaction, workspaceId: string, id: string): Promise<void> {
  const { pool } = roundRobinPlaces
  const isOfTeam = sql`${id} = any(string_to_array(${pool}, ','))`
  await tx
    .delete(roundRobinPlaces)
    .where(and(eq(roundRobinPlaces.workspaceId, workspaceId), isOfTeam))
}

/** Of deleted AI agents too: a chat that is not reclaimed yet may be handed off by their settings. */
async function dropFromHandoffs(tx: Transaction, workspaceId: string, id: string): Promise<void> {
  const rows = await tx
    .select({ id: aiAgents.id, handoff: aiAgents.handoff })
    .from(aiAgents)
    .where(eq(aiAgents.workspaceId, workspaceId))
  for (const agent of rows) {
    if (!JSON.stringify(agent.handoff).includes(id)) continue
    const handoff = without(agent.handoff, id)
    await tx
      .update(aiAgents)
      .set({ handoff })
      .where(oneOf(aiAgents, workspaceId, agent.id))
  }
}

function without(settings: HandoffSettings, teamId: string): HandoffSettings {
  const languages = Object.entries(settings.targetsByLanguage)
  const left = languages.map(([language, to]) => [language, targetWithout(to, teamId)])
  return {
    ...settings,
    target: targetWithout(settings.target, teamId),
    targetsByLanguage: Object.fromEntries(left),
  }
}

/** The target without the team; anyone when no team is left. */
function targetWithout(target: HandoffTarget, teamId: string): HandoffTarget {
  if (target.type !== 'teams') return target
  const teamIds = target.teamIds.filter((one) => one !== teamId)
  return teamIds.length === 0 ? { type: 'anyone' } : { type: 'teams', teamIds }
}
