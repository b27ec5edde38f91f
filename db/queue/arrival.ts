import { eq, sql } from 'drizzle-orm'
import type { Transaction } from '../client.ts'
import { workspaces } from '../schema.ts'

/** The next place in the order of arrival. Under the workspace's lock. */
export async function drawArrival(tx: Transaction, workspaceId: string): Promise<number> {
  const [row] = await tx
    .update(workspaces)
    .set({ arrivals: sql`${workspaces.arrivals} + 1` })
    .where(eq(workspaces.id, workspaceId))
    .returning({ arrival: workspaces.arrivals })
  return (row as { arrival: number }).arrival
}
