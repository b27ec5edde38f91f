import { listUnseen } from '../../db/webhooks/draining.ts'
import type { SweepDeps } from '../sweep.ts'

/** Starts the workflows of webhooks whose deliveries nobody sees to. */
export async function sweepWebhooks({ db, engine }: SweepDeps): Promise<void> {
  for (const { id } of await listUnseen(db)) await engine.startWebhook(id)
}
