import type { EventFilters } from '../../db/events/list.ts'
import type { EventReader } from '../../db/events/reach.ts'
import type { EventRow } from '../../db/events/record.ts'
import { frameOf, heartbeat, opening } from './frames.ts'

/** What one reader may have waiting, in bytes; with the last event it may be more by that one. */
const BUFFER_BYTES = 128 * 1024

/** What a reader is told next; all up to `upTo` that he may see is in `rows`. */
export type Next = { rows: EventRow[]; upTo: number }

/** Where a stream's events come from. `next` waits for some; null: look again. */
export type Source = {
  next(stream: Stream): Promise<Next | null>
  leave(stream: Stream): void
}

export type Asked = {
  tokenHash: string
  reader: EventReader
  filters: EventFilters
  /** The reader knows all up to here. */
  position: number
  /** Cuts the connection of who does not read what is written to it. */
  cut?: () => void
}

export type Stream = Asked & {
  /** Something may have happened. */
  wake(): void
  woken(): Promise<void>
  beat(): void
  /** Cuts it off when nothing has been read for so long, in milliseconds. */
  cutIfStalled(afterMs: number): void
  /** Ends it as soon as what was written is read. */
  end(): void
}

/** One open stream of events: what it is, and its body. Events are fetched as fast as they are read. */
export function openStream(asked: Asked, source: Source): { stream: Stream; body: ReadableStream } {
  let isOpen = true
  let fullSince: number | null = null
  let tellWoken = () => {}
  let controller: ReadableStreamDefaultController<Uint8Array>

  const hasRoom = () => (controller.desiredSize ?? 0) > 0

  function write(bytes: Uint8Array): void {
    // Whatever was full before has been read meanwhile.
    if (hasRoom()) fullSince = null
    controller.enqueue(bytes)
    if (!hasRoom()) fullSince ??= performance.now()
  }

  function leave(): void {
    isOpen = false
    source.leave(stream)
    tellWoken()
  }

  async function fill(): Promise<void> {
    try {
      while (isOpen && hasRoom()) {
        const next = await source.next(stream)
        if (next && isOpen) tell(next)
      }
    } catch (error) {
      leave()
      throw error
    }
  }

  /** What there is no room for is fetched again when there is. */
  function tell({ rows, upTo }: Next): void {
    for (const row of rows) {
      write(frameOf(row))
      stream.position = row.position
      if (!hasRoom()) return
    }
    stream.position = upTo
  }

  function cutOff(): void {
    leave()
    if (asked.cut) asked.cut()
    else controller.error(new Error('The reader does not read'))
  }

  const stream: Stream = {
    ...asked,
    wake: () => tellWoken(),
    woken: () =>
      new Promise((resolve) => {
        tellWoken = resolve
        if (!isOpen) resolve()
      }),
    beat: () => {
      if (hasRoom()) write(heartbeat(stream.position))
    },
    cutIfStalled: (afterMs) => {
      if (hasRoom() || fullSince === null) return
      if (performance.now() - fullSince > afterMs) cutOff()
    },
    end: () => {
      if (!isOpen) return
      if (!hasRoom()) return cutOff()
      leave()
      controller.close()
    },
  }

  const body = new ReadableStream<Uint8Array>(
    {
      start(itsController) {
        controller = itsController
        controller.enqueue(opening(asked.position))
      },
      pull: fill,
      cancel: leave,
    },
    new ByteLengthQueuingStrategy({ highWaterMark: BUFFER_BYTES }),
  )
  return { stream, body }
}
