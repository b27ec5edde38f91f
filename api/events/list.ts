import type { Database } from '../../db/client.ts'
import { type EventReader, sees } from '../../db/event-reach.ts'
import type { EventRow } from '../../db/events.ts'
import { type EventFilters, listEvents } from '../../db/list-events.ts'

/** What one statement reads. */
const PART = { limit: 200, bytes: 4 * 1024 * 1024 }
/** Statements for one request: who sees little gets less than he asked for, and where to go on. */
const MOST_PARTS = 20

/** `more`: something may follow `upTo`, which is the last position looked at. */
export type Listed = { rows: EventRow[]; upTo: number; more: boolean }

/** At most `limit` events after a position of those that `reader` may see; also none before the end. */
export async function listVisible(
  db: Database,
  reader: EventReader,
  after: number,
  { limit, ...filters }: EventFilters & { limit: number },
): Promise<Listed> {
  const { workspaceId } = reader.principal
  const rows: EventRow[] = []
  let upTo = after
  for (let parts = 0; parts < MOST_PARTS; parts++) {
    const part = await listEvents(db, workspaceId, upTo, { ...PART, ...filters })
    rows.push(...part.rows.filter((row) => sees(reader, row)))
    upTo = part.upTo
    if (rows.length > limit) break
    if (upTo >= part.newest) return { rows, upTo, more: false }
  }
  if (rows.length <= limit) return { rows, upTo, more: true }
  const shown = rows.slice(0, limit)
  return { rows: shown, upTo: shown.at(-1)?.position ?? after, more: true }
}
