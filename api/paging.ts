import { createHash } from 'node:crypto'
import { z } from '@hono/zod-openapi'
import { id, instant } from '../contract/schemas/base.ts'
import { invalidRequest } from './problem-error.ts'

/** The types of sort keys, limited to what their columns hold: somebody may write a cursor by hand. */
export const keys = {
  id,
  number: z.int32().min(0),
  position: z.int().min(0),
  instant: instant.refine((at) => at >= '0001', 'before every year'),
}

/** The page asked for: how many, and the sort key of the last item seen. */
export type Page<Key> = { limit: number; after: Key | undefined }

/**
 * Reads the page from a request. A cursor is opaque and belongs to its list: `scope` names the
 * list and its filters, and another's cursor is a 400.
 */
export function readPage<Key>(
  query: { limit: number; cursor?: string | undefined },
  scope: unknown,
  key: z.ZodType<Key>,
): Page<Key> {
  const { limit, cursor } = query
  if (cursor === undefined) return { limit, after: undefined }
  const parsed = z.tuple([z.literal(fingerprint(scope)), key]).safeParse(decode(cursor))
  if (!parsed.success) throw invalidRequest('cursor', 'This is not a cursor of this list')
  return { limit, after: parsed.data[1] as Key }
}

function decode(cursor: string): unknown {
  try {
    return JSON.parse(Buffer.from(cursor, 'base64url').toString('utf8'))
  } catch {
    return undefined
  }
}

/** A list's answer from `limit + 1` rows: the extra one only tells that there is more. */
export function page<Row, Item>(
  rows: Row[],
  { limit }: { limit: number },
  scope: unknown,
  present: (row: Row) => Item,
  keyOf: (row: Row) => unknown,
): { items: Item[]; nextCursor: string | null } {
  const shown = rows.slice(0, limit)
  const last = shown.at(-1)
  const more = rows.length > limit && last !== undefined
  return {
    items: shown.map(present),
    nextCursor: more ? cursorOf(scope, keyOf(last)) : null,
  }
}

/** The cursor of a list that goes on behind this sort key. */
export function cursorOf(scope: unknown, key: unknown): string {
  return Buffer.from(JSON.stringify([fingerprint(scope), key])).toString('base64url')
}

function fingerprint(scope: unknown): string {
  return createHash('sha256').update(JSON.stringify(scope)).digest('base64url').slice(0, 12)
}
