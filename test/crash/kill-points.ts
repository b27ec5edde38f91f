import type { OwnService, PartName } from '../harness/processes.ts'
import type { Workspace } from '../harness/workspace.ts'
import { holdConversation, holdEvents, untilBlocked, untilSettled } from './holding.ts'
import { aTakeover, type Takeover } from './takeover.ts'

export type Victim = PartName | 'all'

export const killPoints = [
  'asked while it was down',
  'waiting for the lock',
  'written and not committed',
  'committed and not answered',
] as const
export type KillPoint = (typeof killPoints)[number]

export type Takeovers = Record<KillPoint, Takeover>

/**
 * Has one takeover at each of these points, kills the victim and starts it again. Neither API nor
 * Temporal runs while one of them commits, so nobody can have been answered.
 */
export async function killAtEveryPoint(
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
    'waiting for the lock': waiting,
    'written and not committed': written,
    'committed and not answered': committed,
  }
}
