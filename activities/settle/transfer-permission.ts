import { grantsFor } from '../../domain/permission.ts'
import { whyNotOn } from '../../domain/plans.ts'
import type { Principal } from '../../domain/principals.ts'
import type { Case, Refusal } from './change.ts'

/**
 * Transfers, to a user and to a team, need plan `amateur` or above and the `transfer` grant; who
 * passes on what another holds is an admin.
 */
export function refuseTransfer({ command, conversation, actor, met }: Case): Refusal | null {
  const details = whyNotOn(met.plan, 'transfer')
  if (details) return { refused: 'plan_required', details }
  const { holderId } = command.payload
  const mayTransfer = actor?.type === 'user' && grantsFor(actor, conversation.kind).transfer
  const mayForHolder = holderId === undefined || holderId === actor?.id || isAdmin(actor)
  return mayTransfer && mayForHolder ? null : { refused: 'permission_denied' }
}

function isAdmin(actor: Principal | null): boolean {
  return actor?.type === 'user' && actor.isAdmin
}
