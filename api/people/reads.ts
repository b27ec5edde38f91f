import { createRoute, type OpenAPIHono, type z } from '@hono/zod-openapi'
import { idParam } from '../../contract/schemas/base.ts'
import { listOf } from '../../contract/schemas/list.ts'
import { json, refusals } from '../../contract/schemas/problem.ts'
import type { Queryable } from '../../db/client.ts'
import type { Part } from '../../db/listing.ts'
import { type Deps, type Env, readerOf } from '../context.ts'
import { answerPart, listQuery, readPart } from './list.ts'
import { must } from './must.ts'

/** What a resource is called and looks like. */
type Described = {
  path: `/v1/${string}`
  tag: string
  /** Such as `roles`. */
  many: string
  /** Such as `a role`. */
  one: string
  schema: z.ZodType
}

/** What any user or API key of the workspace may list, in order of id, and read one by one. */
type Resource<Row, Item> = Described & {
  schema: z.ZodType<Item>
  list(db: Queryable, workspaceId: string, part: Part): Promise<Row[]>
  find(db: Queryable, workspaceId: string, id: string): Promise<Row | null>
  shape(row: Row): Item
}

/** Adds the two routes that every resource has: its list and one item. */
export function addReads<Row extends { id: string }, Item>(
  app: OpenAPIHono<Env>,
  deps: Deps,
  it: Resource<Row, Item>,
): void {
  addList(app, deps, it)

  app.openapi(readRoute(it), async (c) => {
    const { workspaceId } = readerOf(c)
    const row = await must(it.find(deps.db, workspaceId, c.req.valid('param').id))
    return c.json(it.shape(row), 200)
  })
}

/** Adds the list alone, for a resource of which one item says more. */
export function addList<Row extends { id: string }, Item>(
  app: OpenAPIHono<Env>,
  { db }: Deps,
  it: Omit<Resource<Row, Item>, 'find'>,
): void {
  const { path } = it

  app.openapi(listRoute(it), async (c) => {
    const part = readPart(c.req.valid('query'), path)
    const { workspaceId } = readerOf(c)
    const rows = await it.list(db, workspaceId, part)
    return c.json(answerPart(rows, part, path, it.shape), 200)
  })
}

function listRoute({ path, tag, many, schema }: Described) {
  return createRoute({
    method: 'get',
    path,
    tags: [tag],
    summary: `List the ${many}`,
    request: { query: listQuery },
    responses: { 200: json(listOf(schema), `The ${many}`), ...refusals() },
  })
}

export function readRoute<Schema extends z.ZodType>({
  path,
  tag,
  one,
  schema,
}: Described & { schema: Schema }) {
  return createRoute({
    method: 'get',
    path: `${path}/{id}`,
    tags: [tag],
    summary: `Read ${one}`,
    request: { params: idParam },
    responses: { 200: json(schema, 'As it is now'), ...refusals('not_found') },
  })
}
