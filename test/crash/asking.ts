import { randomBytes } from 'node:crypto'
import { setTimeout as pause } from 'node:timers/promises'
import { expect } from 'vitest'
import type { Answered, Caller } from '../harness/caller.ts'

const BETWEEN_MS = 100
const ANSWERED_MS = 30_000

export type Asking = ReturnType<typeof asking>

/** One request as a careful client sends it: under one key, and again until it is answered. */
export function asking(who: Caller, path: string, body: unknown) {
  const key = `crash-${randomBytes(8).toString('hex')}`
  const answers: Answered[] = []

  /** Sends it once. Null when the connection was lost or refused. */
  async function once(waitS = 2): Promise<Answered | null> {
    const headers = { 'idempotency-key': key, prefer: `wait=${waitS}` }
    const answer = await who.post(path, body, headers).catch(lost)
    if (answer && ![202, 503].includes(answer.status)) answers.push(answer)
    if (answer?.status === 503) expect(answer.headers.get('retry-after')).toMatch(/^\d+$/)
    return answer
  }

  /** Sends it until it is answered for good. */
  async function answered(): Promise<Answered> {
    const deadline = Date.now() + ANSWERED_MS
    for (;;) {
      const answer = await once()
      if (answer && ![202, 503].includes(answer.status)) return answer
      if (Date.now() > deadline) throw new Error(`Not answered: ${answer?.text ?? 'no connection'}`)
      await pause(BETWEEN_MS)
    }
  }

  return { path, key, once, answered, answers }
}

/** A connection that is lost or refused is no answer; one that hangs is an error. */
function lost(error: Error): null {
  if (error.name === 'TimeoutError') throw error
  return null
}
