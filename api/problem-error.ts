import type { ProblemCode, ProblemDetails } from '../contract/problem.ts'

/** Thrown anywhere below a route; one place answers the request with this problem. */
export class ProblemError extends Error {
  override name = 'ProblemError'
  readonly code: ProblemCode
  readonly details: ProblemDetails

  constructor(code: ProblemCode, details: ProblemDetails = {}) {
    super(code)
    this.code = code
    this.details = details
  }
}

export const notFound = () => new ProblemError('not_found')

/** A 400 that names what is wrong in the body, such as an unknown id. */
export function invalidRequest(path: string, message: string): ProblemError {
  return new ProblemError('invalid_request', {
    detail: `${path}: ${message}`,
    errors: [{ path, message }],
  })
}
