import pLimit from 'p-limit'
import type { Logger } from 'pino'
import type { DatabaseClient } from '../../db/client.ts'
import { listStandings, type Standing } from '../../db/events/list.ts'
import { EVENTS_CHANNEL } from '../../db/events/record.ts'
import { Feed } from './feed.ts'
import { limitStreams } from './limit-streams.ts'
import { type Asked, Stream } from './stream.ts'

/** Streams of one token: thousands may read, and one that leaks them must not take all there are. */
const STREAMS_PER_TOKEN = 5_000
/** Connections of their own, besides the one that listens: who catches up holds no command up. */
export const EVENTS_CONNECTIONS = 4
/** How often every workspace that is read is looked at, in case a notification was lost. */
const POLL_MS = 1_000
/** Well below the minute after which proxies give a silent connection up. */
const HEARTBEAT_MS = 15_000
/** How long a reader may leave what is written to them unread. */
const STALLED_MS = 10_000
/** Streams that read for themselves at once; fewer than connections, so that feeds and polls go on. */
const CATCHING_UP = EVENTS_CONNECTIONS - 1

export type EventStreams = {
  /**
   * A stream's body: what happens after `asked.position`, in a workspace that stood so. 429
   * `too_many_streams` when the token has too many.
   */
  open(standing: Standing, asked: Asked): ReadableStream<Uint8Array>
  /** How many are open. */
  count(): number
  /** Ends them all; what is opened afterwards ends at once. Their readers resume elsewhere. */
  close(): void
}

/** Serves open streams, however many, from one connection that listens and one reading a workspace. */
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
    // Something may have happened since the workspace stood so.
    else void feed.look()
    return stream.body
  }

  const all = () => [...feeds.values()].flatMap((feed) => [...feed.streams])

  async function check(): Promise<void> {
    if (feeds.size === 0) return
    for (const standing of await listStandings(db, [...feeds.keys()])) {
      feeds.get(standing.workspaceId)?.check(standing)
    }
  }

  let isChecking = false
  const checkAll = () => {
    // While one waits for a database that is gone, others would only queue up behind it.
    if (isChecking) return
    isChecking = true
    void check()
      .catch((error) => log.debug({ code: error?.code }, 'reading where events stand failed'))
      .finally(() => {
        isChecking = false
      })
  }

  const poll = setInterval(() => {
    for (const stream of all()) stream.cutIfStalled(stalledMs)
    checkAll()
  }, POLL_MS)
  const heart = setInterval(() => {
    for (const stream of all()) stream.beat()
  }, heartbeatMs)
  const onNotified = (workspaceId: string) => void feeds.get(workspaceId)?.look()
  // Once: though this may fail, the driver goes on trying, and again whenever it lost the connection.
  sql.listen(EVENTS_CHANNEL, onNotified, checkAll).catch(() => {})

  function close(): void {
    isClosed = true
    clearInterval(poll)
    clearInterval(heart)
    for (const stream of all()) stream.end()
  }

  return { open, count: () => all().length, close }
}
