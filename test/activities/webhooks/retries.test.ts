import { expect, test } from 'vitest'
import {
  type Attempt,
  GIVE_UP_MS,
  outcomeOf,
  USUAL_PACE,
} from '../../../activities/webhooks/retries.ts'

const { delaysMs } = USUAL_PACE
const SECOND_MS = 1_000
const HOUR_MS = 3_600 * SECOND_MS

function after(answer: Partial<Attempt['answer']>, attempts = 1, triedMs = 0) {
  const whole = { status: null, error: null, body: null, ...answer }
  return outcomeOf({ answer: whole, attempts, triedMs }, delaysMs)
}

test.each([200, 201, 202, 204, 299])('%i has arrived', (status) => {
  expect(after({ status })).toEqual({ state: 'delivered' })
})

test.each([408, 409, 425, 429, 500, 502, 503, 504, 599])('%i is tried again', (status) => {
  expect(after({ status })).toMatchObject({ state: 'pending' })
})

test.each([
  ...[300, 301, 302, 303, 304, 307, 308],
  ...[400, 401, 403, 404, 405, 406, 407, 410, 413, 422, 424, 426, 428, 431, 451, 499],
])('%i fails at once', (status) => {
  expect(after({ status })).toEqual({ state: 'failed' })
})

test('no answer is tried again, unless there can be none', () => {
  expect(after({ error: 'ECONNREFUSED' })).toMatchObject({ state: 'pending' })
  expect(after({ error: 'private', permanent: true })).toEqual({ state: 'failed' })
})

test('the first further attempt is within 10 seconds, the others at growing delays, up to an hour', () => {
  const delays = Array.from({ length: 80 }, (_, index) => {
    const outcome = after({ status: 500 }, index + 1)
    return outcome.state === 'pending' ? outcome.inMs / SECOND_MS : Number.NaN
  })
  expect(delays.slice(0, 8)).toEqual([5, 15, 60, 300, 900, 1800, 3600, 3600])
  expect(delays.at(-1)).toBe(3600)
})

test('it is tried for three days, at their end for the last time', () => {
  expect(GIVE_UP_MS).toBe(3 * 24 * HOUR_MS)
  const minute = 60 * SECOND_MS
  expect(after({ status: 500 }, 70, GIVE_UP_MS - minute)).toEqual({
    state: 'pending',
    inMs: minute,
  })
  expect(after({ status: 500 }, 71, GIVE_UP_MS)).toEqual({ state: 'failed' })
  expect(after({ status: 200 }, 71, 2 * GIVE_UP_MS)).toEqual({ state: 'delivered' })
})

test('an attempt ends within 10 seconds, and before its claim does', () => {
  expect(USUAL_PACE.answerWithinMs).toBe(10_000)
  expect(USUAL_PACE.claimMs).toBeGreaterThan(USUAL_PACE.answerWithinMs)
})
