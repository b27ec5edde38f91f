import { vi } from 'vitest'
import { expectStatus, type Person } from '../../harness/workspace.ts'

/** Begins a handover of what this user holds (`me`: of the actor's own). */
export async function handOver(actor: Person, userId: string, body: unknown) {
  const answered = await actor.post(`/v1/users/${userId}/handover`, body)
  expectStatus(answered, 201)
  if (answered.headers.get('location') !== `/v1/handovers/${answered.body.id}`) {
    throw new Error(`No location in ${answered.text}`)
  }
  return answered.body
}

/** The handover once it runs no longer. */
export function untilEnded(who: Person, id: string, withinMs = 15_000) {
  return vi.waitFor(
    async () => {
      const handover = expectStatus(await who.get(`/v1/handovers/${id}`), 200)
      if (handover.state === 'running') throw new Error(JSON.stringify(handover))
      return handover
    },
    { timeout: withinMs, interval: 50 },
  )
}
