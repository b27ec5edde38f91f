import { z } from '@hono/zod-openapi'
import { type ProblemCode, problems, statusOf } from '../problem.ts'
import { oneOfProblems, problemNameOf } from './problem-by-code.ts'

/** How every route of /v1 may refuse, or fail. */
const ANYWHERE: readonly ProblemCode[] = [
  'invalid_request',
  'unauthenticated',
  'permission_denied',
  'internal_error',
  'engine_unavailable',
]

/** What may become of a body on its way: it is received for every method but GET, wanted or not. */
const OF_A_BODY: readonly ProblemCode[] = ['request_timeout', 'payload_too_large']

/**
 * How a route that reads answers when it does not do what was asked: by status, the problems of
 * these codes and of those that every route has. Routes throw them, so their types need not know.
 */
export function refusals(...codes: ProblemCode[]): object {
  const all = [...ANYWHERE, ...codes]
  const statuses = [...new Set(all.map(statusOf))].sort()
  return Object.fromEntries(
    statuses.map((status) => [status, refusal(all.filter((code) => statusOf(code) === status))]),
  )
}

/** The same of a route that writes. */
export function refusalsOfWrite(...codes: ProblemCode[]): object {
  return refusals(...OF_A_BODY, ...codes)
}

function refusal(codes: ProblemCode[]) {
  const [code, ...others] = codes
  // Most routes have these: written once, they are referred to.
  if (code && others.length === 0) return { $ref: `#/components/responses/${problemNameOf(code)}` }
  return described(codes, oneOfProblems(codes))
}

/** The answer with the problem of one code, as `components/responses` of the document has it. */
export function describeProblem(code: ProblemCode) {
  return described([code], { $ref: `#/components/schemas/${problemNameOf(code)}` })
}

function described<Schema>(codes: ProblemCode[], schema: Schema) {
  const comesBack = codes.some((code) => [429, 503].includes(statusOf(code)))
  return {
    description: codes.map((code) => `\`${code}\`: ${problems[code][1]}`).join('; '),
    ...(comesBack && { headers: retryAfter }),
    content: { 'application/problem+json': { schema } },
  }
}

const retryAfter = {
  'Retry-After': {
    description: 'In seconds',
    required: true,
    schema: { type: 'integer' as const },
  },
}

/** The usual JSON body of a request or an answer. */
export function json<T extends z.ZodType>(schema: T, description: string) {
  return { description, content: { 'application/json': { schema } } }
}

/** A JSON body that a request must carry. */
export function body<T extends z.ZodType>(schema: T) {
  return { required: true, content: { 'application/json': { schema } } }
}

/** A body that has nothing in it, and may be left out. */
export const noBody = { content: { 'application/json': { schema: z.strictObject({}) } } }
