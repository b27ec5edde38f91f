import { vi } from 'vitest'
import { expectStatus, type Workspace } from './workspace.ts'

/** Who holds it now; null for nobody. */
export async function holderOf(w: Workspace, id: string) {
  return (await w.channel.get(`/v1/conversations/${id}`)).body.assignee
}

/** Hands a chat off; whether somebody has it or it waits. */
export async function handOff(w: Workspace, id: string) {
  const patient = { prefer: 'wait=30' }
  const answered = await w.channel.post(`/v1/conversations/${id}/handoff`, {}, patient)
  return expectStatus(answered, 200).command.outcome as 'accepted' | 'queued'
}

/** Until this conversation is held by a user; who he is. */
export function untilAssigned(w: Workspace, id: string): Promise<string> {
  return vi.waitFor(
    async () => {
      const holder = await holderOf(w, id)
      if (holder?.type !== 'user') throw new Error(`${id} still waits`)
      return holder.id
    },
    { timeout: 10_000, interval: 50 },
  )
}
