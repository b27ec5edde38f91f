import { changeShift, untilEnded } from '../api/shift-changes/begun.ts'
import type { TestApi } from '../harness/api.ts'
import { aLivechat, aTicket } from '../harness/scenes.ts'
import type { Workspace } from '../harness/workspace.ts'

/** One way a shift change can go: what is passed on, and how it must have ended. */
export type ShiftChangeLife = {
  /** Drives it over HTTP until it ends; its id. */
  drive: (api: TestApi, w: Workspace) => Promise<string>
  /** As `shiftChangeEndIn` words it. */
  ended: string
}

async function passedOn(_: TestApi, w: Workspace): Promise<string> {
  const [mia, noor] = [await w.user('Mia'), await w.user('Noor')]
  await Promise.all([aLivechat(w, mia), ...Array.from({ length: 5 }, () => aTicket(w, mia))])
  const { id } = await changeShift(mia, 'me', { to: { userId: noor.id } })
  await untilEnded(mia, id)
  return id
}

async function refused(_: TestApi, w: Workspace): Promise<string> {
  const mia = await w.user('Mia')
  const elsewhere = await w.user('Elsewhere', { teams: [] })
  await aTicket(w, mia)
  const { id } = await changeShift(mia, 'me', { to: { userId: elsewhere.id } })
  await untilEnded(mia, id)
  return id
}

/** Every way of a shift change that is on file; `test/replay/histories/<name>.1.json`. */
export const shiftChangeLives: Record<string, ShiftChangeLife> = {
  'handover-passed-on': { drive: passedOn, ended: 'finished: 6 of 6 passed on, 0 refused' },
  'handover-refused': { drive: refused, ended: 'finished: 0 of 1 passed on, 1 refused' },
}
