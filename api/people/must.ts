import { notFound } from '../problem-error.ts'

/** What was looked up by the path; 404 when there is none. */
export async function must<T>(found: Promise<T | null>): Promise<T> {
  const row = await found
  if (row === null) throw notFound()
  return row
}
