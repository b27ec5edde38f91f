import { eq } from 'drizzle-orm'
import { grantsFor } from '../../db/principals.ts'
import { workspaces } from '../../db/schema.ts'
import type { Case, Refusal } from './change.ts'

/** Transfers, to a user and to a team, need plan `amateur` or above and the `transfer` grant. */
export async function refuseTransfer({ tx, conversation, actor }: Case): Promise<Refusal | null> {
  const [workspace] = await tx
    .select({ plan: workspaces.plan })
    .from(workspaces)
    .where(eq(workspaces.id, conversation.workspaceId))
  if (workspace?.plan === 'free') {
    return { refused: 'plan_required', details: { plan: 'free', requiredPlan: 'amateur' } }
  }
  const mayTransfer = actor?.type === 'user' && grantsFor(actor, conversation.kind).transfer
  return mayTransfer ? null : { refused: 'permission_denied' }
}
