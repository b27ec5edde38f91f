import { z } from '@hono/zod-openapi'
import { id } from '../../contract/schemas/base.ts'
import { pageQuery } from '../../contract/schemas/list.ts'
import { type Page, page, readPage } from '../paging.ts'

export const listQuery = z.object(pageQuery)

/** The page asked for of a list in order of id; 400 for a cursor of another list. */
export function readPart(query: z.infer<typeof listQuery>, list: unknown): Page<string> {
  return readPage(query, list, id)
}

/** The answer of a list in order of id. */
export function answerPart<Row extends { id: string }, Item>(
  rows: Row[],
  part: Page<string>,
  list: unknown,
  shape: (row: Row) => Item,
) {
  return page(rows, part, list, shape, (row) => row.id)
}
