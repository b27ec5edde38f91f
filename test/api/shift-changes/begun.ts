import { vi } from 'vitest'
import { expectStatus, type Person } from '../../harness/workspace.ts'

/** Begins a shift change of this user (`me`: of the actor). */
export async function changeShift(actor: Person, userId: string, body: unknown) {
  const answered = await actor.post(`/v1/users/${userId}/handover`, body)
  expectStatus(answered, 201)
  if (answered.headers.get('location') !== `/v1/handovers/${answered.body.id}`) {
    throw new Error(`No location in ${answered.text}`)
  }
  return answered.body
}

/** The shift change once it has ended. */
export function untilEnded(who: Person, id: string, withinMs = 15_000) {
  return vi.waitFor(
    async () => {
      const shiftChange = expectStatus(await who.get(`/v1/handovers/${id}`), 200)
      if (shiftChange.state === 'running') throw new Error(JSON.stringify(shiftChange))
      return shiftChange
    },
    { timeout: withinMs, interval: 50 },
  )
}
