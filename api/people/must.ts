import { notFound } from '../problem-error.ts'

/** The row that the path names; 404 when there is none. */
export async function must<T>(found: Promise<T | null>): Promise<T> {
  const row = await found
  if (row === null) throw notFound()
  return row
}
