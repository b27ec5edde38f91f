import type { HandoverRow, HandoverTarget, Progress } from '../db/shift-changes.ts'

/** Where a handover goes: one user, or a team. */
export function targetOf({ toUserId, toTeamId }: HandoverRow): HandoverTarget {
  return toUserId === null ? { teamId: toTeamId as string } : { userId: toUserId }
}

/** The contract's Handover, as far as it has come. */
export function handoverShape(row: HandoverRow, { total, done, refused }: Progress) {
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
