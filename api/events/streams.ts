import pLimit from 'p-limit'
import type { Logger } from 'pino'
import type { Database, DatabaseClient } from '../../db/client.ts'
import { listStandings, type Standing } from '../../db/events/list.ts'
import { EVENTS_CHANNEL } from '../../db/events/record.ts'
import { Feed } from './feed.ts'
import { limitStreams } from './limit-streams.ts'
import { type Asked, Stream } from './stream.ts'

/** Streams per token: many readers may share a token, but a client that leaks streams must not use up everything. */
const STREAMS_PER_TOKEN = 5_000
/** Connections for events alone, besides the one that listens: catching up does not delay commands. */
export const EVENTS_CONNECTIONS = 4
/** How often each workspace with open streams is checked, in case a notification was lost. */
const POLL_MS = 1_000
/** Well below the minute after which proxies close a silent connection. */
const HEARTBEAT_MS = 15_000
/** How long a reader may read nothing before their stream is cut. */
const STALLED_MS = 10_000
/** Streams that read for themselves at once: fewer than connections, so that feeds and polls go on. */
const CATCHING_UP = EVENTS_CONNECTIONS - 1

export type EventStreams = {
  /**
   * The body of a stream: the events after `asked.position`, given how the workspace stands. 429
   * `too_many_streams` when the token has too many streams.
   */
  open(standing: Standing, asked: Asked): ReadableStream<Uint8Array>
  /** How many are open. */
  count(): number
  /** Ends all streams, and at once those opened later. Their readers resume at another API. */
  close(): void
}

/** Serves any number of streams with one connection that listens and one read per workspace. */
export function openEventStreams(
  { db, sql }: DatabaseClient,
  log: Logger,
  { heartbeatMs = HEARTBEAT_MS, stalledMs = STALLED_MS, streamsPerToken = STREAMS_PER_TOKEN } = {},
): EventStreams {
  const feeds = new Map<string, Feed>()
  const perToken = limitStreams(streamsPerToken)
  const reading = { db, log, catchUp: pLimit(CATCHING_UP) }
  let isClosed = false

  function open(standing: Standing, asked: Asked) {
    const { workspaceId } = asked.reader.principal
    perToken.take(asked.tokenHash)
    const feed = feeds.get(workspaceId) ?? new Feed(reading, workspaceId, standing)
    feeds.set(workspaceId, feed)
    const leave = (stream: Stream) => {
      if (!feed.leave(stream)) return
      perToken.leave(asked.tokenHash)
      if (feed.streams.size === 0 && feeds.get(workspaceId) === feed) feeds.delete(workspaceId)
    }
    const stream = new Stream(asked, { next: (its) => feed.next(its), leave })
    feed.join(stream, standing)
    if (isClosed) stream.end()
    // There may be events since `standing` was read.
    else void feed.look()
    return stream.body
  }

  const all = () => [...feeds.values()].flatMap((feed) => [...feed.streams])

  const checkAll = createCheck(db, feeds, log)
  const stopTimers = startTimers(all, checkAll, { heartbeatMs, stalledMs })
  const onNotified = (workspaceId: string) => void feeds.get(workspaceId)?.look()
  // Called once: the driver retries by itself, after a failure and after a lost connection.
  sql.listen(EVENTS_CHANNEL, onNotified, checkAll).catch(() => {})

  function close(): void {
    isClosed = true
    stopTimers()
    for (const stream of all()) stream.end()
  }

  return { open, count: () => all().length, close }
}

/** Polls, cuts stalled streams and sends heartbeats, until the returned function is called. */
function startTimers(
  all: () => Stream[],
  checkAll: () => void,
  { heartbeatMs, stalledMs }: { heartbeatMs: number; stalledMs: number },
): () => void {
  const poll = setInterval(() => {
    for (const stream of all()) stream.cutIfStalled(stalledMs)
    checkAll()
  }, POLL_MS)
  const heart = setInterval(() => {
    for (const stream of all()) stream.beat()
  }, heartbeatMs)
  return () => {
    clearInterval(poll)
    clearInterval(heart)
  }
}

/** Checks every feed against how its workspace stands; does nothing while an earlier check runs. */
function createCheck(db: Database, feeds: Map<string, Feed>, log: Logger): () => void {
  let isChecking = false

  async function check(): Promise<void> {
    if (feeds.size === 0) return
    for (const standing of await listStandings(db, [...feeds.keys()])) {
      feeds.get(standing.workspaceId)?.check(standing)
    }
  }

  return () => {
    // When the database is gone, further checks would only queue up behind this one.
    if (isChecking) return
    isChecking = true
    void check()
      .catch((error) => log.debug({ code: error?.code }, 'reading where events stand failed'))
      .finally(() => {
        isChecking = false
      })
  }
}
