import { EventSourceParserStream } from 'eventsource-parser/stream'
import type { components } from './contract.ts'
import { endingWhenSilent } from './silence.ts'

type Event = components['schemas']['Event']
type Problem = components['schemas']['Problem']

/** Pause before a lost stream is opened again. Random, because others lost theirs at the same time. */
const RETRY_MS = { least: 1_000, most: 3_000 }

export type EventsWanted = {
  types?: Event['type'][]
  conversationId?: string
  /** The id of the last event seen; without it the stream begins now. */
  after?: string
  /** Ends the stream. */
  signal?: AbortSignal
  /** Told whenever the stream is there, and whenever it is lost and will be opened again. */
  onConnection?: (isOpen: boolean) => void
}

/** The stream was refused, and a retry would not help; `problem` says why. */
export class EventsRefused extends Error {
  override name = 'EventsRefused'
  readonly problem: Problem

  constructor(problem: Problem) {
    super(`${problem.code}: ${problem.detail}`)
    this.problem = problem
  }
}

type Connection = { url: string; headers: Record<string, string> }

/**
 * Events from now on, or after a position, in order. A lost connection is opened again where it
 * broke: no event is lost and none comes twice. Ends with the signal; throws EventsRefused.
 */
export async function* followEvents(
  { url, headers }: Connection,
  { types, conversationId, after, signal, onConnection }: EventsWanted,
): AsyncGenerator<Event, void> {
  const from = new URL('/v1/events', url)
  if (types) from.searchParams.set('types', types.join(','))
  if (conversationId) from.searchParams.set('conversationId', conversationId)
  let position = after
  while (!signal?.aborted) {
    try {
      const answer = await open({ url: from.href, headers }, position, signal)
      // The position at which the stream began: nothing is lost even if it breaks before the first event.
      position ??= answer.headers.get('last-event-id') ?? undefined
      onConnection?.(true)
      for await (const event of read(answer)) {
        position = event.id
        yield event
      }
    } catch (error) {
      if (error instanceof EventsRefused) throw error
    }
    if (signal?.aborted) return
    onConnection?.(false)
    await pause(retryMs(), signal)
  }
}

const retryMs = () => RETRY_MS.least + Math.random() * (RETRY_MS.most - RETRY_MS.least)

/** Ends early when the signal aborts. */
function pause(ms: number, signal: AbortSignal | undefined): Promise<void> {
  return new Promise((resolve) => {
    const timer = setTimeout(resolve, ms)
    signal?.addEventListener('abort', () => [clearTimeout(timer), resolve()], { once: true })
  })
}

async function open(
  { url, headers }: Connection,
  position: string | undefined,
  signal: AbortSignal | undefined,
): Promise<Response> {
  const asking = new Headers({ ...headers, accept: 'text/event-stream' })
  if (position !== undefined) asking.set('last-event-id', position)
  const answer = await fetch(url, { headers: asking, signal })
  if (answer.ok) return answer
  if (answer.status < 500 && answer.status !== 429) {
    throw new EventsRefused((await answer.json()) as Problem)
  }
  throw new Error(`The stream is answered ${answer.status}`)
}

async function* read({ body }: Response): AsyncGenerator<Event, void> {
  if (!body) return
  const messages = body
    .pipeThrough(endingWhenSilent())
    .pipeThrough<string>(new TextDecoderStream() as TransformStream<Uint8Array, string>)
    .pipeThrough(new EventSourceParserStream())
  for await (const { data } of messages) yield JSON.parse(data) as Event
}
