import { and, eq, sql } from 'drizzle-orm'
import { vi } from 'vitest'
import type { Database } from '../../db/client.ts'
import { commands } from '../../db/schema.ts'
import type { TestApi } from './api.ts'
import { holderOf } from './queueing.ts'
import type { Workspace } from './workspace.ts'

/** The sweeper tells it after 5 and 10 s, looking every 3 s; the queue looks every 5 s. */
export const PASSED_OVER_WITHIN_MS = 20_000

/** Puts a workflow that no worker runs in the place of a conversation's; ends it when called. */
export async function stuck(
  { temporal }: Pick<TestApi, 'temporal'>,
  conversationId: string,
): Promise<() => Promise<unknown>> {
  const workflowId = `conversation/${conversationId}`
  await temporal.workflow.getHandle(workflowId).terminate('by the test')
  const served = { taskQueue: 'served-by-nobody', args: [conversationId] }
  const handle = await temporal.workflow.start('conversation', { workflowId, ...served })
  return () => handle.terminate('by the test')
}

/** Resolves once somebody holds it; meanwhile each sweep finds the offer to `offeredTo` overdue. */
export function assignedWhileSwept(
  db: Database,
  w: Workspace,
  id: string,
  offeredTo: string,
): Promise<string> {
  const offer = and(eq(commands.conversationId, offeredTo), eq(commands.kind, 'offer'))
  const signalledAt = sql`now() - interval '1 hour'`
  return vi.waitFor(
    async () => {
      await db.update(commands).set({ signalledAt }).where(offer)
      const holder = await holderOf(w, id)
      if (!holder) throw new Error(`${id} still waits`)
      return holder.id
    },
    { timeout: PASSED_OVER_WITHIN_MS, interval: 100 },
  )
}
