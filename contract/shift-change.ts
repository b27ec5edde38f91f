import type { Progress, ShiftChangeRow, ShiftChangeTarget } from '../db/shift-changes.ts'

/** Where a shift change goes: one user, or a team. */
export function targetOf({ toUserId, toTeamId }: ShiftChangeRow): ShiftChangeTarget {
  return toUserId === null ? { teamId: toTeamId as string } : { userId: toUserId }
}

/** The contract's ShiftChange, as far as it has come. */
export function shiftChangeShape(row: ShiftChangeRow, { total, done, refused }: Progress) {
  return {
    id: row.id,
    userId: row.userId,
    to: targetOf(row),
    kinds: row.kinds,
    ...(row.note !== null && { note: row.note }),
    startedBy: row.actorId,
    state: row.state,
    total,
    done,
    refused,
    createdAt: row.createdAt.toISOString(),
    endedAt: row.endedAt?.toISOString() ?? null,
  }
}
