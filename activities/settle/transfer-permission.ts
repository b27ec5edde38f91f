import { eq } from 'drizzle-orm'
import { workspaces } from '../../db/schema.ts'
import { grantsFor } from '../../domain/permission.ts'
import { whyNotOn } from '../../domain/plans.ts'
import type { Principal } from '../../domain/principals.ts'
import type { Case, Refusal } from './change.ts'

/**
 * Transfers, to a user and to a team, need plan `amateur` or above and the `transfer` grant; who
 * passes on what another holds is an admin.
 */
export async function refuseTransfer(it: Case): Promise<Refusal | null> {
  const { tx, command, conversation, actor } = it
  const [workspace] = await tx
    .select({ plan: workspaces.plan })
    .from(workspaces)
    .where(eq(workspaces.id, conversation.workspaceId))
  const details = workspace && whyNotOn(workspace.plan, 'transfer')
  if (details) return { refused: 'plan_required', details }
  const { holderId } = command.payload
  const mayTransfer = actor?.type === 'user' && grantsFor(actor, conversation.kind).transfer
  const mayForHolder = holderId === undefined || holderId === actor?.id || isAdmin(actor)
  return mayTransfer && mayForHolder ? null : { refused: 'permission_denied' }
}

function isAdmin(actor: Principal | null): boolean {
  return actor?.type === 'user' && actor.isAdmin
}
