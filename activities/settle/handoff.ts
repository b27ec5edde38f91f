import { permitUser } from '../../db/people/permitted.ts'
import type { HandoffSettings, HandoffTarget } from '../../domain/handoff.ts'
import { languageKey } from '../../domain/languages.ts'
import { choose } from '../chat-assignment/choose.ts'
import type { Case, Change, Refusal } from './change.ts'

/** AI agent → live agent, or the queue. Source: "Human Handoff" of the domain. */
export async function handoff(it: Case): Promise<Change | Refusal> {
  const settings = it.met.handoff
  if (!settings) throw new Error('The rule lets only an AI agent that holds the chat hand it off')
  const target = targetFor(settings, it.command.payload.language ?? it.conversation.language)
  if (target.type === 'user') {
    const named = await toNamedUser(it, settings, target.userId)
    if (named) return named
  }
  return toPool(it, settings, target)
}

function targetFor(settings: HandoffSettings, language: string | null): HandoffTarget {
  const { target, targetsByLanguage } = settings
  if (language === null) return target
  const key = languageKey(Object.keys(targetsByLanguage), language)
  return (key !== undefined && targetsByLanguage[key]) || target
}

/** Null when that user may not hold it any more: then it goes to anyone. */
async function toNamedUser(
  it: Case,
  settings: HandoffSettings,
  userId: string,
): Promise<Change | Refusal | null> {
  const note = it.command.payload.reason
  const user = await permitUser(it.tx, it.conversation, userId)
  if (typeof user === 'string') return null
  if (settings.checkAvailability && !user.online) return { refused: 'no_agent_available' }
  return { move: { cause: 'handoff', to: { type: 'user', id: user.id }, teamId: null, note } }
}

async function toPool(
  it: Case,
  settings: HandoffSettings,
  target: HandoffTarget,
): Promise<Change | Refusal> {
  const note = it.command.payload.reason
  const teamIds = target.type === 'teams' ? target.teamIds : null
  const choice = await choose(it, { teamIds, transferorId: null })
  const fallback = target.type === 'user' && { fallback: 'anyone' as const }
  const decision = { ...choice.decision, ...fallback }
  if (choice.picked) {
    const { userId, teamId } = choice.picked
    const to = { type: 'user' as const, id: userId }
    return { move: { cause: 'handoff', to, teamId, note, decision } }
  }
  if (settings.checkAvailability && !choice.anyoneOnline) return { refused: 'no_agent_available' }
  // Waiting for one team is being assigned to it: its members see the conversation.
  const isForOne = teamIds?.length === 1 && decision.fallback === undefined
  const teamId = isForOne ? (teamIds[0] ?? null) : null
  const to = { cause: 'handoff' as const, teamIds }
  return { move: { cause: 'handoff', to, teamId, note, decision } }
}
