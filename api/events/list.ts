import type { Database } from '../../db/client.ts'
import { type EventFilters, listEvents } from '../../db/events/list.ts'
import { type EventReader, sees } from '../../db/events/reach.ts'
import type { EventRow } from '../../db/events/record.ts'
import { beginAt } from './beginning.ts'

/** What one statement reads. */
const PART = { limit: 200, bytes: 4 * 1024 * 1024 }
/** Statements for one request: who sees little gets less than he asked for, and where to go on. */
const MOST_PARTS = 20

/** `more`: something may follow `upTo`, which is the last position looked at. */
export type Listed = { rows: EventRow[]; upTo: number; more: boolean }

/** Who reads, judged as of `changes` of grants at least, and how he is found again; 401 when he is gone. */
export type Judged = { reader: EventReader; changes: number; again(): Promise<EventReader> }

/**
 * At most `limit` events after a position of those that the reader may see, as grants are when
 * they are read; also none before the end. 410 when some are no longer kept by then.
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
