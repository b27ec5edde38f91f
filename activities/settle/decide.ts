import type { CommandKind } from '../../domain/words.ts'
import { cancelHandoff } from './cancel-handoff.ts'
import type { Case, Change, Refusal } from './change.ts'
import { close } from './close.ts'
import { handoff } from './handoff.ts'
import { inbound } from './inbound.ts'
import { leaveTeam } from './leave-team.ts'
import { offer } from './offer.ts'
import { reclaim } from './reclaim.ts'
import { requeue } from './requeue.ts'
import { setStatus } from './status.ts'
import { takeover } from './takeover.ts'
import { teamTransfer } from './team-transfer.ts'
import { transfer } from './transfer.ts'

type Decide = (it: Case) => Change | Refusal | Promise<Change | Refusal>

const decisions: Record<Exclude<CommandKind, 'reply'>, Decide> = {
  handoff,
  cancel_handoff: cancelHandoff,
  transfer,
  team_transfer: teamTransfer,
  takeover,
  close,
  status: setStatus,
  inbound,
  requeue,
  reclaim,
  leave_team: leaveTeam,
  offer,
}

/** The kinds in which Chat Assignment may pick, under the lock on the workspace. */
const picking: ReadonlySet<CommandKind> = new Set([
  'handoff',
  'team_transfer',
  'inbound',
  'requeue',
  'offer',
])

export function mayPick(kind: CommandKind): boolean {
  return picking.has(kind)
}

/** What a command that the rules let through does, by plan, grants, target and Chat Assignment. */
export async function decide(it: Case): Promise<Change | Refusal> {
  const { kind, actorId } = it.command
  // A reply is settled where it is stored, and never comes here.
  if (kind === 'reply') throw new Error('A reply is not carried out by the workflow')
  if (actorId !== null && it.actor === null) return { refused: 'permission_denied' }
  return decisions[kind](it)
}
