import type { EventFilters } from '../../db/events/list.ts'
import type { EventReader } from '../../db/events/reach.ts'
import type { EventRow } from '../../db/events/record.ts'
import { frameOf, heartbeat, opening } from './frames.ts'

/** Bytes that may wait for one reader; the last event may go beyond it. */
const BUFFER_BYTES = 128 * 1024

/** The next events of a reader: `rows` has all up to position `upTo` that they may see. */
export type Next = { rows: EventRow[]; upTo: number }

/** Where a stream's events come from. `next` waits for some; null means ask again. */
export type Source = {
  next(stream: Stream): Promise<Next | null>
  leave(stream: Stream): void
}

export type Asked = {
  tokenHash: string
  reader: EventReader
  filters: EventFilters
  /** The reader has everything up to here. */
  position: number
  /** Cuts the connection of a reader who does not read. */
  cut?: () => void
}

/** One open stream of events. Events are fetched as fast as they are read. */
export class Stream {
  readonly tokenHash: string
  readonly filters: EventFilters
  /** Judged anew whenever grants change. */
  reader: EventReader
  /** The reader has everything up to here. */
  position: number
  readonly #source: Source
  readonly #cut: (() => void) | undefined
  readonly body: ReadableStream<Uint8Array>
  #controller!: ReadableStreamDefaultController<Uint8Array>
  #isOpen = true
  #fullSince: number | null = null
  #tellWoken = () => {}

  constructor(asked: Asked, source: Source) {
    this.tokenHash = asked.tokenHash
    this.filters = asked.filters
    this.reader = asked.reader
    this.position = asked.position
    this.#cut = asked.cut
    this.#source = source
    this.body = this.#open()
  }

  #open(): ReadableStream<Uint8Array> {
    const start = (controller: ReadableStreamDefaultController<Uint8Array>) => {
      this.#controller = controller
      controller.enqueue(opening(this.position))
    }
    const pull = () => this.#fill()
    const cancel = () => this.#leave()
    const strategy = new ByteLengthQueuingStrategy({ highWaterMark: BUFFER_BYTES })
    return new ReadableStream({ start, pull, cancel }, strategy)
  }

  /** There may be new events. */
  wake(): void {
    this.#tellWoken()
  }

  /** Resolves when there may be new events, or the stream has ended. */
  woken(): Promise<void> {
    return new Promise((resolve) => {
      this.#tellWoken = resolve
      if (!this.#isOpen) resolve()
    })
  }

  beat(): void {
    if (this.#hasRoom()) this.#write(heartbeat(this.position))
  }

  /** Cuts the stream off when nothing has been read for `afterMs` milliseconds. */
  cutIfStalled(afterMs: number): void {
    if (this.#hasRoom() || this.#fullSince === null) return
    if (performance.now() - this.#fullSince > afterMs) this.#cutOff()
  }

  /** Ends the stream as soon as the reader has read what was written. */
  end(): void {
    if (!this.#isOpen) return
    if (this.#hasRoom()) {
      this.#leave()
      this.#controller.close()
    } else this.#cutOff()
  }

  #hasRoom(): boolean {
    return (this.#controller.desiredSize ?? 0) > 0
  }

  #write(bytes: Uint8Array): void {
    // If it was full before, the reader has read since.
    if (this.#hasRoom()) this.#fullSince = null
    this.#controller.enqueue(bytes)
    if (!this.#hasRoom()) this.#fullSince ??= performance.now()
  }

  #leave(): void {
    this.#isOpen = false
    this.#source.leave(this)
    this.#tellWoken()
  }

  #cutOff(): void {
    this.#leave()
    if (this.#cut) this.#cut()
    else this.#controller.error(new Error('The reader does not read'))
  }

  async #fill(): Promise<void> {
    try {
      while (this.#isOpen && this.#hasRoom()) {
        const next = await this.#source.next(this)
        if (next && this.#isOpen) this.#tell(next)
      }
    } catch (error) {
      this.#leave()
      throw error
    }
  }

  /** What the buffer has no room for is fetched again later. */
  #tell({ rows, upTo }: Next): void {
    for (const row of rows) {
      this.#write(frameOf(row, this.reader.principal))
      this.position = row.position
      if (!this.#hasRoom()) return
    }
    this.position = upTo
  }
}
