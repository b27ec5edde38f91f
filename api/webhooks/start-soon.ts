import type { Deps } from '../context.ts'

/**
 * Has a webhook's deliveries seen to, behind the caller's back. A start that is lost here costs
 * seconds: the sweeper starts what should run and does not.
 */
export function startSoon({ engine, log }: Deps, webhookId: string): void {
  engine
    .startWebhook(webhookId)
    .catch(() => log.warn({ webhookId }, 'webhook not started; the sweeper will'))
}
