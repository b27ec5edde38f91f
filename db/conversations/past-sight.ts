import { and, eq } from 'drizzle-orm'
import { grantsFor, type Principal } from '../../domain/principals.ts'
import { teamsOf } from '../chat-assignment/serving.ts'
import type { Queryable } from '../client.ts'
import { isStaffed } from '../people/permitted.ts'
import { teamMembers } from '../schema.ts'
import { findAssignment, fromOf, toOf } from './assignments.ts'
import type { ConversationRow } from './row.ts'

/**
 * Whether a principal who may not see a conversation now is still told who holds it: they held it
 * in the epoch just before, or names as `expectedEpoch` one in which they could see it. So nobody
 * loses a draft without a word.
 */
export async function wasThere(
  db: Queryable,
  principal: Principal,
  conversation: ConversationRow,
  expectedEpoch: number | undefined,
): Promise<boolean> {
  const latest = await findAssignment(db, conversation.id, conversation.epoch)
  const before = latest && fromOf(latest)
  if (before?.type === principal.type && before.id === principal.id) return true
  if (expectedEpoch === undefined || expectedEpoch >= conversation.epoch) return false
  return sawEpoch(db, principal, conversation, expectedEpoch)
}

async function sawEpoch(
  db: Queryable,
  principal: Principal,
  conversation: ConversationRow,
  epoch: number,
): Promise<boolean> {
  const then = await findAssignment(db, conversation.id, epoch)
  if (!then) return false
  const holder = toOf(then)
  if (holder?.type === principal.type && holder.id === principal.id) return true
  if (principal.type !== 'user') return false
  const { view } = grantsFor(principal, conversation.kind)
  if (view === 'none') return false
  if (view === 'all') return true
  const mine = await teamsOf(db, principal.id, conversation.teamspaceId)
  if (holder === null && (await isInPool(db, conversation, then.queueTeamIds, mine))) return true
  return view === 'team' && then.teamId !== null && (await isMember(db, principal.id, then.teamId))
}

/** As for what waits now: a pool that nobody is left in who may hold it is anyone in the teamspace. */
async function isInPool(
  db: Queryable,
  conversation: ConversationRow,
  pool: string[] | null,
  mine: string[],
): Promise<boolean> {
  if (mine.length === 0) return false
  if (pool === null || pool.some((team) => mine.includes(team))) return true
  return !(await isStaffed(db, conversation, pool))
}

/** Whether the user serves in this team. */
export async function isMember(db: Queryable, userId: string, teamId: string): Promise<boolean> {
  const rows = await db
    .select({ userId: teamMembers.userId })
    .from(teamMembers)
    .where(and(eq(teamMembers.userId, userId), eq(teamMembers.teamId, teamId)))
  return rows.length > 0
}
