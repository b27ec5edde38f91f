import { listUnseen } from '../../db/webhooks/draining.ts'
import { repairing } from './repair.ts'

/** Starts the workflows of webhooks that have something to do, which nobody sees to. */
export const webhooksUnseen = repairing(
  ({ db }) => listUnseen(db),
  ({ engine }, { id }) => engine.startWebhook(id),
)
