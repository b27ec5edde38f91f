import { serve } from '@hono/node-server'
import { createApp } from '../../api/app.ts'
import { listenForSettled } from '../../api/commands/waiting.ts'
import { EVENTS_CONNECTIONS, openEventStreams } from '../../api/events/streams.ts'
import { openDatabase } from '../../db/client.ts'
import { hashToken } from '../../db/ids.ts'
import { createEngine } from '../../engine/signal.ts'
import { StartupError } from '../embedded/startup-error.ts'
import type { ResolvedSettings } from '../settings.ts'
import { openLog } from './log.ts'
import { openTemporal } from './temporal.ts'

/** When the API stops, requests may wait this long for their commands; then they are answered 202. */
const DRAIN_MS = 3_000
const CUT_OFF_MS = 1_000

type RunningApi = { url: string; stop(): Promise<void> }

/**
 * Serves the HTTP API until stopped; database and Temporal need not answer yet. `stop` lets
 * requests in flight finish, and ends event streams, whose readers resume elsewhere.
 * @throws StartupError when its address is taken or not this machine's
 */
export async function runApi(
  settings: ResolvedSettings,
  demoTokens?: ReadonlyMap<string, string>,
): Promise<RunningApi> {
  const log = openLog('api', settings)
  const database = openDatabase(settings.databaseUrl)
  const eventsDatabase = openDatabase(settings.databaseUrl, EVENTS_CONNECTIONS)
  const temporal = openTemporal(settings)
  const waiting = listenForSettled(database, log)
  const events = openEventStreams(eventsDatabase, log)
  const app = createApp({
    db: database.db,
    engine: createEngine(temporal.client),
    waiting,
    events,
    log,
    rootTokenHash: hashToken(settings.rootToken),
    allowPrivateWebhooks: settings.allowPrivateWebhooks,
    demoTokens,
  })
  const { server, port } = await listen(app.fetch, settings)

  async function stop(): Promise<void> {
    const drained = new Promise((resolve) => server.close(resolve))
    events.close()
    const connections = 'closeIdleConnections' in server ? server : null
    // A keep-alive connection would delay the stop by five seconds after its last answer.
    const idle = setInterval(() => connections?.closeIdleConnections(), 50)
    const pending = setTimeout(() => waiting.close(), DRAIN_MS)
    const late = setTimeout(() => connections?.closeAllConnections(), DRAIN_MS + CUT_OFF_MS)
    await drained
    for (const timer of [idle, pending, late]) clearTimeout(timer)
    await waiting.close()
    await Promise.all([database.close(), eventsDatabase.close(), temporal.close()])
  }
  return { url: `http://${hostInUrl(settings.host)}:${port}`, stop }
}

function listen(fetch: Parameters<typeof serve>[0]['fetch'], { host, port }: ResolvedSettings) {
  return new Promise<{ server: ReturnType<typeof serve>; port: number }>((resolve, reject) => {
    const server = serve({ fetch, hostname: host, port }, (info) => {
      resolve({ server, port: info.port })
    })
    server.once('error', (error: NodeJS.ErrnoException) => {
      const why = error.code === 'EADDRINUSE' ? 'is taken' : `cannot be used (${error.code})`
      reject(new StartupError(`Port ${port} on ${host} ${why}; set PORT or HOST to another`))
    })
  })
}

function hostInUrl(host: string): string {
  return host.includes(':') ? `[${host}]` : host
}
