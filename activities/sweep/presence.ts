import { findExpired, goneAway } from '../../db/people/expired-presence.ts'
import { lockWorkspace } from '../../db/pool.ts'
import type { SweepDeps } from '../sweep.ts'

/** Sets away whose presence ran out, so that the record says so too. */
export async function sweepPresence({ db }: SweepDeps): Promise<void> {
  for (const { workspaceId, userId } of await findExpired(db)) {
    await db.transaction(async (tx) => {
      await lockWorkspace(tx, workspaceId)
      await goneAway(tx, workspaceId, userId)
    })
  }
}
