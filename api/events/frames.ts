import { eventShape } from '../../contract/event.ts'
import type { Reader } from '../../contract/notes.ts'
import type { EventRow } from '../../db/events/record.ts'

const utf8 = new TextEncoder()

/** Milliseconds after which a reader reconnects. Random: when an API stops, not all come back at once. */
const RETRY_MS = { least: 1_000, most: 3_000 }

/** The first frame. It makes proxies pass the headers on at once, and carries the position to resume from. */
export function opening(position: number): Uint8Array {
  const { least, most } = RETRY_MS
  const retry = Math.round(least + Math.random() * (most - least))
  return utf8.encode(`: open\nretry: ${retry}\nid: ${position}\n\n`)
}

/** Sent when there is no event. Its position lets a reader who sees few events resume from here. */
export const heartbeat = (position: number) => utf8.encode(`: still here\nid: ${position}\n\n`)

/** One row goes to many readers but is serialized once for AI agents and once for all others. */
const frames = {
  ai: new WeakMap<EventRow, Uint8Array>(),
  others: new WeakMap<EventRow, Uint8Array>(),
}

/** An event in the format of Server-Sent Events. Its JSON contains no line breaks. */
export function frameOf(row: EventRow, reader: Reader): Uint8Array {
  const written = reader?.type === 'ai_agent' ? frames.ai : frames.others
  const known = written.get(row)
  if (known) return known
  const { id, type, ...rest } = eventShape(row, reader)
  const data = JSON.stringify({ id, type, ...rest })
  const frame = utf8.encode(`id: ${id}\nevent: ${type}\ndata: ${data}\n\n`)
  written.set(row, frame)
  return frame
}
