import type { Deps } from '../context.ts'

/**
 * Starts the workflow that delivers to this webhook, without waiting for it. If this fails, the
 * sweeper starts it within seconds.
 */
export function startSoon({ engine, log }: Deps, webhookId: string): void {
  engine
    .startWebhook(webhookId)
    .catch(() => log.warn({ webhookId }, 'webhook not started; the sweeper will'))
}
