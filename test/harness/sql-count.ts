import { once } from 'node:events'
import { type AddressInfo, connect, createServer, type Socket } from 'node:net'
import { cutMessages } from './sql-count/messages.ts'
import { type RoundTrip, readSession, type Session } from './sql-count/session.ts'

export type SqlCounter = Awaited<ReturnType<typeof startSqlCounter>>
export type SqlCounts = {
  /** What was executed, `begin` and `commit` included. */
  statements: number
  /** How often a client sent something after it had all answers it waited for. */
  roundTrips: number
  /** The statements, in the order in which they were sent. */
  texts: string[]
  /** How many were prepared first, as happens once in each session. */
  prepared: number
}

type Options = {
  /** Statements that do not count, such as those of a poll. */
  ignoring?: RegExp[]
  /** Sessions that count; unless said, all but those that listen. */
  counting?: (session: Session) => boolean
}

/** A client that asks for encryption sends these eight bytes, and waits. */
const SSL_REQUEST = Buffer.from([0, 0, 0, 8, 4, 210, 22, 47])

/**
 * A proxy before PostgreSQL that counts what crosses the wire, whatever driver sends it: connect
 * to its `url` in place of `databaseUrl`.
 */
export async function startSqlCounter(databaseUrl: string, options: Options = {}) {
  const { ignoring = [], counting = ({ listens }) => !listens } = options
  const target = new URL(databaseUrl)
  const sockets = new Set<Socket>()
  let trips: RoundTrip[] = []

  const server = createServer((client) => {
    const database = connect(Number(target.port || 5432), target.hostname)
    const session = readSession((trip) => trips.push(trip))
    const read = cutMessages(session.fromClient, 'client')
    client.on('data', (data) => {
      if (data.equals(SSL_REQUEST)) return void client.write('N')
      read(data)
      database.write(data)
    })
    const readAnswer = cutMessages(session.fromServer, 'server')
    database.on('data', (data) => {
      readAnswer(data)
      client.write(data)
    })
    tie(client, database)
    sockets.add(client)
    client.on('close', () => sockets.delete(client))
  })
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  const url = new URL(databaseUrl)
  url.host = `127.0.0.1:${(server.address() as AddressInfo).port}`

  const counts = (): SqlCounts => {
    const isIgnored = (text: string) => ignoring.some((one) => one.test(text))
    const counted = trips.filter(
      ({ session, about }) =>
        counting(session) && (about.length === 0 || !about.every((text) => isIgnored(text))),
    )
    const texts = counted.flatMap(({ executed }) => executed.filter((text) => !isIgnored(text)))
    const prepared = counted.reduce((sum, trip) => sum + trip.prepared.length, 0)
    return { statements: texts.length, roundTrips: counted.length, texts, prepared }
  }

  return {
    url: url.href,
    counts,
    /** Forgets what was counted so far. */
    reset() {
      trips = []
    },
    close() {
      server.close()
      for (const socket of sockets) socket.destroy()
    },
  }
}

/** When one ends so does the other; what was written goes out at once. */
function tie(client: Socket, database: Socket): void {
  for (const [one, other] of [
    [client, database],
    [database, client],
  ] as const) {
    one.setNoDelay(true)
    one.on('error', () => {})
    one.on('close', () => other.destroy())
  }
}
