import { handOver, untilEnded } from '../api/shift-changes/begun.ts'
import type { TestApi } from '../harness/api.ts'
import { aLivechat, aTicket } from '../harness/scenes.ts'
import type { Workspace } from '../harness/workspace.ts'

/** One way a handover can live: what is handed over, and how it must have ended. */
export type HandoverLife = {
  /** Drives it over HTTP until it ends; its id. */
  drive: (api: TestApi, w: Workspace) => Promise<string>
  /** As `handedOverIn` words it. */
  ended: string
}

async function passedOn(_: TestApi, w: Workspace): Promise<string> {
  const [mia, noor] = [await w.user('Mia'), await w.user('Noor')]
  await Promise.all([aLivechat(w, mia), ...Array.from({ length: 5 }, () => aTicket(w, mia))])
  const { id } = await handOver(mia, 'me', { to: { userId: noor.id } })
  await untilEnded(mia, id)
  return id
}

async function refused(_: TestApi, w: Workspace): Promise<string> {
  const mia = await w.user('Mia')
  const elsewhere = await w.user('Elsewhere', { teams: [] })
  await aTicket(w, mia)
  const { id } = await handOver(mia, 'me', { to: { userId: elsewhere.id } })
  await untilEnded(mia, id)
  return id
}

/** Every way of a handover that is on file; `test/replay/histories/<name>.1.json`. */
export const handoverLives: Record<string, HandoverLife> = {
  'handover-passed-on': { drive: passedOn, ended: 'finished: 6 of 6 passed on, 0 refused' },
  'handover-refused': { drive: refused, ended: 'finished: 0 of 1 passed on, 1 refused' },
}
