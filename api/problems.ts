import type { Context } from 'hono'
import { HTTPException } from 'hono/http-exception'
import { timeout } from 'hono/timeout'
import type { ContentfulStatusCode } from 'hono/utils/http-status'
import type { Logger } from 'pino'
import type { z } from 'zod'
import { type ProblemCode, type ProblemDetails, problem, statusOf } from '../contract/problem.ts'
import { describeDatabaseError, isDatabaseTrouble, stackOf } from '../db/errors.ts'
import { EngineUnavailable } from '../engine/engine.ts'
import type { Env } from './context.ts'
import { ProblemError } from './problem-error.ts'

/** When to try again after a 503 or 429, in seconds: about as long as a restart takes. */
const RETRY_AFTER_S = 2

/** Longer than a client may ask to wait; only a database that hangs keeps a request so long. */
const LONGEST_ANSWER_MS = 35_000

/** 503 for a request that hangs: the driver has no time-out of its own for a silent server. */
export const answerInTime = timeout(LONGEST_ANSWER_MS)

/** Answers with one problem of the error table. */
export function problemResponse(c: Context<Env>, code: ProblemCode, details: ProblemDetails = {}) {
  const headers: Record<string, string> = { 'content-type': 'application/problem+json' }
  if (statusOf(code) === 503 || statusOf(code) === 429)
    headers['retry-after'] = String(RETRY_AFTER_S)
  if (code === 'unauthenticated') headers['www-authenticate'] = 'Bearer'
  const body = JSON.stringify(problem(code, c.get('requestId'), details))
  return c.body(body, statusOf(code) as ContentfulStatusCode, headers)
}

/** A body, query or header that does not fit its schema: 400 with every path and what is wrong there. */
export function answerInvalid(
  result: { success: true } | { success: false; error: z.ZodError },
  c: Context<Env>,
) {
  if (result.success) return
  const errors = result.error.issues.map((issue) => ({
    path: issue.path.join('.'),
    message: issue.message,
  }))
  const [first] = errors
  const detail = first && (first.path ? `${first.path}: ${first.message}` : first.message)
  return problemResponse(c, 'invalid_request', { detail, errors })
}

/** Turns whatever a route threw into its problem; what nobody expected leaves as a request id only. */
export function answerError(log: Logger) {
  return (error: Error, c: Context<Env>) => {
    if (error instanceof ProblemError) return problemResponse(c, error.code, error.details)
    if (error instanceof HTTPException && error.status === 504) return answerHanging(c)
    if (error instanceof HTTPException) return answerHttpException(error, c)
    if (error instanceof EngineUnavailable || isDatabaseTrouble(error)) {
      const part = error instanceof EngineUnavailable ? 'Temporal' : 'The database'
      return problemResponse(c, 'engine_unavailable', { detail: `${part} does not answer` })
    }
    const requestId = c.get('requestId')
    log.error({ requestId, stack: stackOf(error) }, `unexpected: ${describeDatabaseError(error)}`)
    return problemResponse(c, 'internal_error')
  }
}

function answerHanging(c: Context<Env>) {
  const detail = `No answer within ${LONGEST_ANSWER_MS / 1000} s. Whether it was carried out is not known; a repeat with the same Idempotency-Key tells`
  return problemResponse(c, 'engine_unavailable', { detail })
}

function answerHttpException(error: HTTPException, c: Context<Env>) {
  const message =
    error.status === 415 ? 'Send the body as content-type: application/json' : error.message
  return problemResponse(c, 'invalid_request', { detail: message, errors: [{ path: '', message }] })
}
