import type { HttpBindings } from '@hono/node-server'
import { createRoute, type z } from '@hono/zod-openapi'
import type { Context } from 'hono'
import { eventShape } from '../../contract/event.ts'
import { eventHeaders, eventQuery, eventsResponse } from '../../contract/schemas/event.ts'
import { refusals } from '../../contract/schemas/problem.ts'
import { type EventFilters, findStanding, type Standing } from '../../db/events/list.ts'
import type { EventReader } from '../../db/events/reach.ts'
import { findEventReaders } from '../../db/events/readers.ts'
import type { EventRow } from '../../db/events/record.ts'
import { createRouter, type Deps, type Env, principalOf } from '../context.ts'
import { cursorOf, keys, readPage } from '../paging.ts'
import { ProblemError } from '../problem-error.ts'
import { beginAt, type Named, namedPosition } from './beginning.ts'
import { listVisible } from './list.ts'

const route = createRoute({
  method: 'get',
  path: '/v1/events',
  tags: ['Events'],
  summary: 'What happened that you may see, live; with Accept: application/json a list',
  description:
    'Server-Sent Events from now on, or from `Last-Event-ID` or `after`; the list begins at the oldest event kept.',
  request: { query: eventQuery, headers: eventHeaders },
  responses: { 200: eventsResponse, ...refusals('position_expired', 'too_many_streams') },
})

const STREAM_HEADERS = {
  'content-type': 'text/event-stream',
  'cache-control': 'no-store, no-transform',
  // Without this nginx keeps what it is sent until a buffer is full.
  'x-accel-buffering': 'no',
}

/** What is asked for, who reads it, and how their workspace stood just before they were judged. */
type Reading = {
  reader: EventReader
  standing: Standing
  filters: EventFilters
  /** A cursor is valid for these filters only. */
  scope: unknown
  limit: number
  named: Named | undefined
}

/** One ordered, resumable record of a workspace, as far as the reader may see it. */
export function eventsRoute(deps: Deps) {
  const router = createRouter()
  router.openapi(route, async (c) => {
    const { 'last-event-id': lastEventId } = c.req.valid('header')
    const asked = readAsked(c.req.valid('query'), lastEventId)
    const standing = await findStanding(deps.db, principalOf(c).workspaceId)
    const reading = { ...asked, reader: await findReader(c, deps), standing }
    if (wantsList(c.req.header('accept'))) return (await list(c, deps, reading)) as never
    return stream(c, deps, reading) as never
  })
  return router
}

/** The caller with their present grants; 401 when their token was deleted meanwhile. */
async function findReader(c: Context<Env>, { db }: Deps): Promise<EventReader> {
  const hash = c.get('tokenHash')
  const reader = (await findEventReaders(db, principalOf(c).workspaceId, [hash])).get(hash)
  if (!reader) throw new ProblemError('unauthenticated')
  return reader
}

function wantsList(accept = '*/*'): boolean {
  return /\bapplication\/json\b/i.test(accept) && !/\btext\/event-stream\b/i.test(accept)
}

function readAsked(query: z.infer<typeof eventQuery>, lastEventId: string | undefined) {
  const { conversationId, types } = query
  const filters = { conversationId, types }
  const scope = ['events', filters]
  const { limit, after } = readPage(query, scope, keys.position)
  return { filters, scope, limit, named: nameBeginning(after, lastEventId, query.after) }
}

/** A cursor counts first. Then Last-Event-ID, which is later than the `after` of the URL that a client began with. */
function nameBeginning(
  cursor: number | undefined,
  lastEventId: string | undefined,
  after: string | undefined,
): Named | undefined {
  if (cursor !== undefined) return { at: 'cursor', position: cursor }
  if (lastEventId) return namedPosition('Last-Event-ID', lastEventId)
  return after === undefined ? undefined : namedPosition('after', after)
}

async function list(c: Context<Env>, deps: Deps, reading: Reading) {
  const { reader, standing, filters, scope, limit, named } = reading
  const after = named ? beginAt(named, standing) : standing.oldest - 1
  const judged = { reader, changes: standing.grantChanges, again: () => findReader(c, deps) }
  const { rows, upTo, more } = await listVisible(deps.db, judged, after, { limit, ...filters })
  const shape = (row: EventRow) => eventShape(row, reader.principal)
  return c.json({ items: rows.map(shape), nextCursor: more ? cursorOf(scope, upTo) : null })
}

function stream(c: Context<Env>, { events }: Deps, reading: Reading) {
  const { reader, standing, filters, named } = reading
  const position = named ? beginAt(named, standing) : standing.newest
  const headers = { ...STREAM_HEADERS, 'last-event-id': String(position) }
  // Nobody reads or cancels the body of an answer to HEAD.
  if (c.req.method === 'HEAD') return c.body(null, 200, headers)
  const { outgoing } = (c.env ?? {}) as Partial<HttpBindings>
  const body = events.open(standing, {
    tokenHash: c.get('tokenHash'),
    reader,
    filters,
    position,
    cut: outgoing && (() => void outgoing.destroy()),
  })
  return c.body(body, 200, headers)
}
