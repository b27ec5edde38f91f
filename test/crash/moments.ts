import type { OwnService, PartName } from '../harness/processes.ts'
import { aChat, type Talk } from '../harness/scenes.ts'
import type { Workspace } from '../harness/workspace.ts'
import { type Asking, asking } from './asking.ts'
import { holdConversation, holdEvents, untilBlocked, untilSettled } from './holding.ts'

export type Victim = PartName | 'all'

export const moments = [
  'asked while it was down',
  'waiting for its turn',
  'written and not committed',
  'committed and told to nobody',
] as const
export type Moment = (typeof moments)[number]

export type Takeover = { chat: Talk; asking: Asking }
export type Takeovers = Record<Moment, Takeover>

/** A takeover with a message of a chat that its AI agent holds. */
export async function aTakeover(w: Workspace, text = 'Let me'): Promise<Takeover> {
  const chat = await aChat(w)
  return { chat, asking: asking(w.admin, `${chat.path}/takeover`, { message: { text } }) }
}

/**
 * Has one takeover at each moment, kills the victim and starts it again. Neither API nor Temporal
 * runs while one of them commits, so nobody can have been told.
 */
export async function killAtEveryMoment(
  service: OwnService,
  victim: Victim,
  [w, other]: [Workspace, Workspace],
): Promise<Takeovers> {
  const { db, api, temporal } = service
  const [down, waiting, committed] = [await aTakeover(w), await aTakeover(w), await aTakeover(w)]
  const written = await aTakeover(other)
  const holds = [await holdConversation(db, waiting.chat.id), await holdEvents(db, other.id)]
  const committing = await holdConversation(db, committed.chat.id)
  const inFlight = [waiting, written, committed].map((one) => one.asking.once(10))

  await untilBlocked(db, 3)
  for (const part of [api, temporal]) part.freeze()
  await committing.release()
  await untilSettled(db, committed.chat.id)
  const victims = victim === 'all' ? Object.values(service.parts) : [service.parts[victim]]
  await Promise.all(victims.map((part) => part.kill()))
  await Promise.all(holds.map((hold) => hold.release()))
  for (const part of [api, temporal]) if (!victims.includes(part)) part.thaw()

  inFlight.push(down.asking.once(1))
  await inFlight.at(-1)
  await Promise.all(victims.map((part) => part.start()))
  await service.ready()
  await Promise.all(inFlight)
  return {
    'asked while it was down': down,
    'waiting for its turn': waiting,
    'written and not committed': written,
    'committed and told to nobody': committed,
  }
}
