import { eq, or, sql } from 'drizzle-orm'
import type { Queryable } from './client.ts'
import { sweepTurns } from './schema.ts'

/** A worker that died keeps the others from sweeping for so long: longer than the pause between two sweeps. */
const TURN_S = 5

/** Takes or keeps the turn to sweep; false while another worker has it. */
export async function claimTurn(db: Queryable, holder: string): Promise<boolean> {
  const turn = { holder, until: sql`clock_timestamp() + make_interval(secs => ${TURN_S})` }
  const isFree = sql`${sweepTurns.until} < clock_timestamp()`
  const rows = await db
    .insert(sweepTurns)
    .values(turn)
    .onConflictDoUpdate({
      target: sweepTurns.one,
      set: turn,
      setWhere: or(isFree, eq(sweepTurns.holder, holder)),
    })
    .returning({ holder: sweepTurns.holder })
  return rows.length > 0
}

/** Lets another worker sweep at once. */
export async function leaveTurn(db: Queryable, holder: string): Promise<void> {
  await db
    .update(sweepTurns)
    .set({ until: sql`clock_timestamp()` })
    .where(eq(sweepTurns.holder, holder))
}
