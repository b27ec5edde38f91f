import type { Context } from 'hono'
import type { Env } from '../context.ts'
import { invalidRequest } from '../problem-error.ts'

const DEFAULT_WAIT_S = 10
const MAX_WAIT_S = 30

/**
 * How long to wait for a command's outcome, in milliseconds: 10 s, or `Prefer: wait=N` (0–30), or
 * not at all with `Prefer: respond-async`. Source: RFC 7240.
 */
export function preferredWaitMs(c: Context<Env>): number {
  const preferences = (c.req.header('prefer') ?? '')
    .split(',')
    .map((one) => one.trim().toLowerCase())
  const wait = preferences.find((one) => /^wait\s*=/.test(one))
  if (wait !== undefined) return waitMs(wait.slice(wait.indexOf('=') + 1).trim())
  return preferences.includes('respond-async') ? 0 : DEFAULT_WAIT_S * 1000
}

function waitMs(value: string): number {
  const seconds = /^"?(\d{1,4})"?$/.exec(value)?.[1]
  if (seconds === undefined || Number(seconds) > MAX_WAIT_S) {
    throw invalidRequest('Prefer', `wait takes 0–${MAX_WAIT_S} seconds`)
  }
  return Number(seconds) * 1000
}
