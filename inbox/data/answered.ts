import type { Problem } from '../../client/index.ts'

/** The API refused: its problem says why. */
export class Refused extends Error {
  override name = 'Refused'
  readonly problem: Problem

  constructor(problem: Problem) {
    super(
      problem.code === 'unauthenticated' ? 'This token does not count, or no more' : problem.detail,
    )
    this.problem = problem
  }
}

/** What the API answered. Rejects with Refused, or as `fetch` does when there is no answer. */
export async function answered<T>(call: Promise<{ data?: T; error?: unknown }>): Promise<T> {
  const { data, error } = await call
  if (error !== undefined) throw new Refused(error as Problem)
  return data as T
}

export function codeOf(error: unknown): string | null {
  return error instanceof Refused ? error.problem.code : null
}
