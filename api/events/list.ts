import type { Database } from '../../db/client.ts'
import { type EventFilters, listEvents } from '../../db/events/list.ts'
import { type EventReader, sees } from '../../db/events/reach.ts'
import type { EventRow } from '../../db/events/record.ts'
import { beginAt } from './beginning.ts'

/** How much one statement reads. */
const PART = { limit: 200, bytes: 4 * 1024 * 1024 }
/** Statements per request. A reader who sees few events gets fewer than asked, and a cursor. */
const MOST_PARTS = 20

/** `more`: something may follow `upTo`, which is the last position looked at. */
type Listed = { rows: EventRow[]; upTo: number; more: boolean }

/** The reader, judged as of `changes` of grants or later, and how to judge them again (401 when they are gone). */
export type Judged = { reader: EventReader; changes: number; again(): Promise<EventReader> }

/**
 * At most `limit` events after a position that the reader may see, judged by the grants at the time
 * of reading. May be empty before the end. 410 when some of them are no longer kept.
 */
export async function listVisible(
  db: Database,
  judged: Judged,
  after: number,
  { limit, ...filters }: EventFilters & { limit: number },
): Promise<Listed> {
  let { reader, changes } = judged
  const rows: EventRow[] = []
  let upTo = after
  for (let parts = 0; parts < MOST_PARTS; parts++) {
    const part = await listEvents(db, reader.principal.workspaceId, upTo, { ...PART, ...filters })
    beginAt({ at: 'after', position: upTo }, part)
    if (part.grantChanges > changes) {
      reader = await judged.again()
      changes = part.grantChanges
    }
    rows.push(...part.rows.filter((row) => sees(reader, row)))
    upTo = part.upTo
    if (rows.length > limit) break
    if (upTo >= part.newest) return { rows, upTo, more: false }
  }
  if (rows.length <= limit) return { rows, upTo, more: true }
  const shown = rows.slice(0, limit)
  return { rows: shown, upTo: shown.at(-1)?.position ?? after, more: true }
}
