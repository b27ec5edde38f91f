import { answered } from './answered.ts'

type Page<T> = { items: T[]; nextCursor: string | null }

/** Every item of a list of the API, page by page. */
export async function all<T>(
  page: (query: { limit: number; cursor?: string }) => Promise<{ data?: Page<T>; error?: unknown }>,
): Promise<T[]> {
  const items: T[] = []
  let cursor: string | undefined
  do {
    const read = await answered(page({ limit: 200, ...(cursor && { cursor }) }))
    items.push(...read.items)
    cursor = read.nextCursor ?? undefined
  } while (cursor)
  return items
}
