import { eventShape } from '../../contract/event.ts'
import type { Reader } from '../../contract/notes.ts'
import type { EventRow } from '../../db/events/record.ts'

const utf8 = new TextEncoder()

/** When to come back after the end, in milliseconds: when an API stops, its readers not all at once. */
const RETRY_MS = { least: 1_000, most: 3_000 }

/** At once, so that headers pass through proxies before anything has happened, and with the position to resume from. */
export function opening(position: number): Uint8Array {
  const { least, most } = RETRY_MS
  const retry = Math.round(least + Math.random() * (most - least))
  return utf8.encode(`: open\nretry: ${retry}\nid: ${position}\n\n`)
}

/** Nothing to tell. The position moves on, so that who sees little still resumes from here. */
export const heartbeat = (position: number) => utf8.encode(`: still here\nid: ${position}\n\n`)

/** One row is read for many readers, and written only once: for AI agents, and for all others. */
const frames = {
  ai: new WeakMap<EventRow, Uint8Array>(),
  others: new WeakMap<EventRow, Uint8Array>(),
}

/** An event as Server-Sent Events write it. JSON has no line breaks of its own. */
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
