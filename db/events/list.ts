import {
  and,
  asc,
  eq,
  getTableColumns,
  gt,
  inArray,
  lt,
  lte,
  type SQL,
  type SQLWrapper,
  sql,
} from 'drizzle-orm'
import type { Queryable } from '../client.ts'
import { type EventType, eventCounters, events, workspaces } from '../schema.ts'
import type { EventRow } from './record.ts'

/** Positions that one statement looks at, since the events asked for may be rare among them. */
const WINDOW = 10_000

export type EventFilters = { conversationId?: string; types?: EventType[] }

/** The state of a workspace's events: newest position, oldest one kept, number of changes of grants. */
export type Standing = { newest: number; oldest: number; grantChanges: number }

/** Events in order of position, with the standing at the time of reading. */
type EventPart = Standing & {
  rows: EventRow[]
  /** `rows` has everything that was asked for up to this position. */
  upTo: number
}

const oldest = sql<number>`coalesce((select min(${events.position}) from ${events} where ${eq(events.workspaceId, eventCounters.workspaceId)}), ${eventCounters.position} + 1)`

function selectStandings(db: Queryable) {
  return db
    .select({
      workspaceId: eventCounters.workspaceId,
      newest: eventCounters.position,
      oldest: oldest.mapWith(Number).as('oldest'),
      grantChanges: workspaces.grantChanges,
    })
    .from(eventCounters)
    .innerJoin(workspaces, eq(workspaces.id, eventCounters.workspaceId))
}

/** The standing of each of these workspaces. */
export function listStandings(db: Queryable, workspaceIds: string[]) {
  // As one parameter: there may be thousands.
  const ids = sql`(select jsonb_array_elements_text(${JSON.stringify(workspaceIds)}::jsonb))`
  return selectStandings(db).where(sql`${eventCounters.workspaceId} in ${ids}`)
}

export async function findStanding(db: Queryable, workspaceId: string): Promise<Standing> {
  const [standing] = await listStandings(db, [workspaceId])
  if (!standing) throw new Error(`Workspace ${workspaceId} has no event counter`)
  return standing
}

/** How much to read: at most `limit` events and, if given, about `bytes` of data, but at least one event. */
export type Most = { limit: number; bytes?: number }

/** Events after a position and the standing, in one statement, so that both are of the same time. */
export async function listEvents(
  db: Queryable,
  workspaceId: string,
  after: number,
  { limit, bytes, ...filters }: EventFilters & Most,
): Promise<EventPart> {
  const last = filters.conversationId === undefined ? after + WINDOW : Number.MAX_SAFE_INTEGER
  const where = and(
    eq(events.workspaceId, workspaceId),
    gt(events.position, after),
    lte(events.position, last),
    asked(filters),
  )
  const matching = selectMatching(db, where, limit)
  const standing = selectStanding(db, workspaceId)
  const read =
    bytes === undefined
      ? await readAll(db, matching, standing)
      : await readFitting(db, matching, standing, bytes)
  const [first] = read
  if (!first) throw new Error(`Workspace ${workspaceId} has no event counter`)
  const rows = read.flatMap(({ matching: row }) => (row ? [row] : []))
  const end = Math.min(first.standing.newest, last)
  const isCut = rows.length === limit || rows.length < (first.fitting?.found ?? 0)
  return { ...first.standing, rows, upTo: isCut ? (rows.at(-1)?.position ?? end) : end }
}

function selectStanding(db: Queryable, workspaceId: string) {
  return selectStandings(db).where(eq(eventCounters.workspaceId, workspaceId)).as('standing')
}

type Matching = ReturnType<typeof selectMatching>
type StandingQuery = ReturnType<typeof selectStanding>

async function readAll(db: Queryable, matching: Matching, standing: StandingQuery) {
  const found = await db
    .with(matching)
    .select()
    .from(standing)
    .leftJoin(matching, eq(matching.workspaceId, standing.workspaceId))
    .orderBy(asc(matching.position))
  return found.map((row) => ({ ...row, fitting: null }))
}

function readFitting(db: Queryable, matching: Matching, standing: StandingQuery, bytes: number) {
  const sized = selectFitting(db, matching, bytes)
  return db
    .with(matching)
    .select()
    .from(standing)
    .leftJoin(sized, lt(sized.written, bytes))
    .leftJoin(matching, eq(matching.position, sized.position))
    .orderBy(asc(matching.position))
}

function selectMatching(db: Queryable, where: SQL | undefined, limit: number) {
  const matching = db.select(getTableColumns(events)).from(events).where(where)
  return db.$with('matching').as(matching.orderBy(asc(events.position)).limit(limit))
}

/**
 * The bytes of data before each event. The true length is known only after decompression, so the
 * stored size limits first how many rows are decompressed.
 */
function selectFitting(db: Queryable, matching: Matching, bytes: number) {
  const before = (size: SQL, position: SQLWrapper) =>
    sql<number>`coalesce(sum(${size}) over (order by ${position} rows between unbounded preceding and 1 preceding), 0)`
  const { position, data } = matching
  const packed = db
    .select({
      position,
      data,
      found: sql<number>`count(*) over ()`.mapWith(Number).as('found'),
      stored: before(sql`pg_column_size(${data})`, position).as('stored'),
    })
    .from(matching)
    .as('packed')
  const written = before(sql`octet_length(${packed.data}::text)`, packed.position).as('written')
  return db
    .select({ position: packed.position, found: packed.found, written })
    .from(packed)
    .where(lt(packed.stored, bytes))
    .as('fitting')
}

function asked({ conversationId, types }: EventFilters): SQL | undefined {
  return and(
    conversationId === undefined ? undefined : eq(events.conversationId, conversationId),
    types && inArray(events.type, types),
  )
}

/** Whether this event matches the filters; the same rule as `asked`. */
export function isAsked({ conversationId, types }: EventFilters, event: EventRow): boolean {
  if (conversationId !== undefined && event.conversationId !== conversationId) return false
  return types === undefined || types.includes(event.type)
}
