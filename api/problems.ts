import type { Context } from 'hono'
import { HTTPException } from 'hono/http-exception'
import type { ContentfulStatusCode } from 'hono/utils/http-status'
import type { Logger } from 'pino'
import type { z } from 'zod'
import { type ProblemCode, type ProblemDetails, problem, statusOf } from '../contract/problem.ts'
import { describeDatabaseError, isTransientError, stackOf } from '../db/errors.ts'
import { EngineUnavailable } from '../engine/signal.ts'
import type { Env } from './context.ts'
import { TooLate } from './deadline.ts'
import { ProblemError } from './problem-error.ts'

/** When to try again after a 503 or 429, in seconds: about as long as a restart takes. */
const RETRY_AFTER_S = 2

/** These are answered before the body has arrived: its rest would be taken for the next request. */
const IN_MID_BODY: readonly ProblemCode[] = ['request_timeout', 'payload_too_large']

/** POSTs to these paths take an Idempotency-Key; all others ignore it. */
const KEYED = /^\/v1\/conversations(\/|$)/

/** Answers with one problem of the error table. */
export function problemResponse(c: Context<Env>, code: ProblemCode, details: ProblemDetails = {}) {
  const headers: Record<string, string> = { 'content-type': 'application/problem+json' }
  if (statusOf(code) === 503 || statusOf(code) === 429)
    headers['retry-after'] = String(RETRY_AFTER_S)
  if (code === 'unauthenticated') headers['www-authenticate'] = 'Bearer'
  if (IN_MID_BODY.includes(code)) headers.connection = 'close'
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

/** Answers what a route threw as a problem; an unexpected error shows nothing but the request id. */
export function answerError(log: Logger) {
  return (error: Error, c: Context<Env>) => {
    if (error instanceof ProblemError) return problemResponse(c, error.code, error.details)
    if (error instanceof HTTPException) return answerHttpException(error, c)
    if (error instanceof EngineUnavailable || error instanceof TooLate || isTransientError(error)) {
      const part = error instanceof EngineUnavailable ? 'Temporal' : 'The database'
      const detail = `${part} does not answer${whatCameOfIt(c)}`
      return problemResponse(c, 'engine_unavailable', { detail })
    }
    const requestId = c.get('requestId')
    log.error({ requestId, stack: stackOf(error) }, `unexpected: ${describeDatabaseError(error)}`)
    return problemResponse(c, 'internal_error')
  }
}

/**
 * What is known of a request when database or engine did not answer. A commit whose answer was
 * lost may have happened, and an earlier request with the same key may have succeeded.
 */
function whatCameOfIt(c: Context<Env>): string {
  const { method, path } = c.req
  if (method === 'GET' || method === 'HEAD') return ''
  const isKeyed = method === 'POST' && KEYED.test(path) && c.req.header('idempotency-key')
  if (isKeyed)
    return '. Only a repeat with the same Idempotency-Key can tell whether it was carried out'
  // Nothing begins before the caller is known.
  const isBegun = c.get('caller') !== undefined
  return isBegun ? '. Whether it was carried out is not known' : '. Not carried out'
}

function answerHttpException(error: HTTPException, c: Context<Env>) {
  const message =
    error.status === 415 ? 'Send the body as content-type: application/json' : error.message
  return problemResponse(c, 'invalid_request', { detail: message, errors: [{ path: '', message }] })
}
