import { findPlace, keepPlace } from '../../db/chat-assignment/settings.ts'
import type { Transaction } from '../../db/client.ts'
import type { ConversationRow } from '../../db/conversations/row.ts'
import type { Decision } from '../../domain/chat-assignment/decision.ts'
import { decisionOf } from '../../domain/chat-assignment/decision.ts'
import { type Member, type Pick, pick, type Terms } from '../../domain/chat-assignment/pick.ts'
import {
  type ChatAssignment,
  lapsing,
  membersOf,
  type Pool,
  resolvePool,
  termsOf,
  type Wanted,
} from '../../domain/chat-assignment/pool.ts'
import { reserve } from '../../domain/chat-assignment/reserve.ts'
import type { ConversationKind } from '../../domain/words.ts'
import { findSituation, listServable, type Servable } from './waiting.ts'

/** For which conversation, and by which settings of its teamspace. */
type Deciding = {
  tx: Transaction
  conversation: ConversationRow
  met: { chatAssignment: ChatAssignment }
}

/** Whom Chat Assignment chose and for which team, why, and whether anyone permitted in the pool is online. */
type Choice = {
  picked: { userId: string; teamId: string | null } | null
  decision: Decision
  anyoneOnline: boolean
}

/**
 * Lets the teamspace's Chat Assignment choose for a conversation that arrives, or that waits
 * already. The caller holds the lock on the workspace: under it caps and order are counted, so
 * that nobody gets a slot that one who waited longer could have had, and who is picked is not
 * deactivated: that waits for the lock, too.
 */
export async function choose(
  { tx, conversation, met }: Deciding,
  for_: Omit<Wanted, 'kind'>,
): Promise<Choice> {
  const { teamspaceId, kind, queueArrival } = conversation
  const settings = met.chatAssignment
  const situation = await findSituation(tx, teamspaceId)
  const wanted: Wanted = { ...for_, kind }
  const pool = resolvePool(situation.everyone, wanted)
  const members = membersOf(pool.serving, kind)
  const transferorId = queueArrival === null ? wanted.transferorId : lapsing(members, wanted)
  const terms = termsOf(settings, { ...wanted, transferorId })
  const first = await pickByMethod(tx, teamspaceId, pool, members, terms)
  const earlier = first.picked
    ? await listServable(tx, situation, settings, { teamspaceId, before: queueArrival })
    : []
  const cap = settings.maxChatsPerAgent
  const { behind, ...result } = afterThese(earlier, first, { kind, cap })
  const anyoneOnline = members.some((one) => one.permitted && one.online)
  const decision = {
    ...decisionOf(settings.method, result),
    ...(pool.fellBack && { fallback: 'anyone' as const }),
    ...(behind !== null && { behind }),
  }
  if (!result.picked) return { picked: null, decision, anyoneOnline }
  if (settings.method === 'round_robin') await keepPicked(tx, conversation, pool, result.picked)
  const { userId } = result.picked
  return { picked: { userId, teamId: teamFor(pool, userId) }, decision, anyoneOnline }
}

/**
 * The pick among those who have a slot left once each that waits longer has one; and, if it is
 * another for it, what waits longer.
 */
function afterThese(
  earlier: Servable[],
  first: Pick,
  { kind, cap }: { kind: ConversationKind; cap: number },
): Pick & { behind: string | null } {
  if (!first.picked) return { ...first, behind: null }
  const { isLeft } = reserve(earlier, cap)
  const picked = first.candidates.find((one) => isLeft(one, kind)) ?? null
  if (picked === first.picked) return { ...first, behind: null }
  const could = ({ candidates }: Servable) =>
    candidates.some(({ userId }) => userId === first.picked?.userId)
  const others = first.candidates.filter((one) => one !== picked)
  return {
    ...first,
    picked,
    candidates: picked ? [picked, ...others] : others,
    behind: earlier.find(could)?.conversationId ?? null,
  }
}

/** The first targeted team they are in; for anyone, their team if they have exactly one in this teamspace. */
function teamFor({ teamIds, serving }: Pool, userId: string): string | null {
  const own = serving.find((one) => one.userId === userId)?.teamIds ?? []
  if (teamIds !== null) return teamIds.find((team) => own.includes(team)) ?? null
  return own.length === 1 ? (own[0] ?? null) : null
}

/** The pick, with what round robin needs to know: whom it picked last. */
async function pickByMethod(
  tx: Transaction,
  teamspaceId: string,
  pool: Pool,
  members: Member[],
  terms: Terms,
): Promise<Pick> {
  if (terms.method === 'round_robin') {
    return pick(members, { ...terms, place: await findPlace(tx, teamspaceId, pool.teamIds) })
  }
  return pick(members, terms)
}

async function keepPicked(
  tx: Transaction,
  conversation: ConversationRow,
  { teamIds }: Pool,
  { userId, onlineSince }: Member,
): Promise<void> {
  if (onlineSince !== null) await keepPlace(tx, conversation, teamIds, { userId, onlineSince })
}
