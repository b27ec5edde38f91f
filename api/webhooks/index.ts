import { createRouter, type Deps } from '../context.ts'
import { changeWebhookRoutes } from './change.ts'
import { createWebhookRoutes } from './create.ts'
import { deliveryRoutes } from './deliveries.ts'

/** Webhooks: addresses that get the events of a workspace, and their deliveries. */
export function webhookRoutes(deps: Deps) {
  const app = createRouter()
  for (const routes of [createWebhookRoutes, changeWebhookRoutes, deliveryRoutes]) {
    app.route('/', routes(deps))
  }
  return app
}
