import { and, eq } from 'drizzle-orm'
import type { ChatAssignment } from '../../domain/chat-assignment/pool.ts'
import { planAllows } from '../../domain/plans.ts'
import type { AssignmentMethod, Plan } from '../../domain/words.ts'
import type { Queryable, Transaction } from '../client.ts'
import { roundRobinPlaces, teamspaces, workspaces } from '../schema.ts'

/** What Chat Assignment goes by in the teamspace. */
export async function chatAssignmentOf(
  db: Queryable,
  teamspaceId: string,
): Promise<ChatAssignment> {
  const [row] = await db
    .select({
      method: teamspaces.method,
      maxChatsPerAgent: teamspaces.maxChatsPerAgent,
      plan: workspaces.plan,
    })
    .from(teamspaces)
    .innerJoin(workspaces, eq(workspaces.id, teamspaces.workspaceId))
    .where(eq(teamspaces.id, teamspaceId))
  if (!row) throw new Error(`No teamspace ${teamspaceId}`)
  const { plan, method, maxChatsPerAgent } = row
  return { method: methodOn(plan, method), maxChatsPerAgent }
}

/** After a downgrade the effective method is balanced. */
export function methodOn(plan: Plan, method: AssignmentMethod): AssignmentMethod {
  return planAllows(plan, method) ? method : 'balanced'
}

/** Whom round robin picked last from this pool; null at first. */
export async function findPlace(db: Queryable, teamspaceId: string, teamIds: string[] | null) {
  const [row] = await db
    .select({ onlineSince: roundRobinPlaces.onlineSince, userId: roundRobinPlaces.userId })
    .from(roundRobinPlaces)
    .where(
      and(
        eq(roundRobinPlaces.teamspaceId, teamspaceId),
        eq(roundRobinPlaces.pool, poolName(teamIds)),
      ),
    )
  return row ? { userId: row.userId, onlineSince: row.onlineSince.getTime() } : null
}

/** Remembers whom round robin picked. */
export async function keepPlace(
  tx: Transaction,
  at: { workspaceId: string; teamspaceId: string },
  teamIds: string[] | null,
  place: { userId: string; onlineSince: number },
): Promise<void> {
  const last = { userId: place.userId, onlineSince: new Date(place.onlineSince) }
  const { workspaceId, teamspaceId } = at
  await tx
    .insert(roundRobinPlaces)
    .values({ workspaceId, teamspaceId, pool: poolName(teamIds), ...last })
    .onConflictDoUpdate({
      target: [roundRobinPlaces.teamspaceId, roundRobinPlaces.pool],
      set: last,
    })
}

function poolName(teamIds: string[] | null): string {
  return teamIds === null ? 'anyone' : [...teamIds].sort().join(',')
}
