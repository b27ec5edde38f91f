import { listUnseen } from '../../db/webhooks/draining.ts'
import { repairing } from './repair.ts'

/** Starts the workflows of webhooks whose deliveries nobody sees to. */
export const webhooksUnseen = repairing(
  ({ db }) => listUnseen(db),
  ({ engine }, { id }) => engine.startWebhook(id),
)
