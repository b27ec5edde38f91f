import type postgres from 'postgres'
import type { Database, Transaction } from './client.ts'

/** What the listeners of a channel are told: an id, far below the 8,000 bytes that PostgreSQL takes. */
type Notice = { channel: string; id: string }

/** What is to be told once its transaction has committed. */
const untold = new WeakMap<Transaction, Notice[]>()

/**
 * Tells the listeners of a channel, once this transaction has committed. PostgreSQL commits
 * transactions that notify one at a time, in the whole installation, so none that writes does. A
 * notice is lost when the process dies in between: every listener must also poll.
 */
export function notifyAfterCommit(tx: Transaction, channel: string, id: string): void {
  untold.get(tx)?.push({ channel, id })
}

export type Notifier = {
  tell(notices: Notice[]): void
  /** Ends its session when all is told, or after so many seconds. */
  close(withinS: number): Promise<void>
}

/**
 * Tells at once while nothing is being told; what is told meanwhile goes together, in the next
 * statement. `sql` is a session for this alone, so that no notice waits behind transactions.
 */
export function openNotifier(sql: postgres.Sql): Notifier {
  const waiting = new Map<string, Notice>()
  let telling: Promise<void> | null = null

  async function tellAll(): Promise<void> {
    while (waiting.size > 0) {
      const notices = [...waiting.values()]
      waiting.clear()
      // What cannot be told is found by the listeners' polls.
      await tellTogether(sql, notices).catch(() => {})
    }
    telling = null
  }

  return {
    tell(notices) {
      for (const notice of notices) waiting.set(`${notice.channel} ${notice.id}`, notice)
      if (waiting.size > 0) telling ??= tellAll()
    },
    async close(withinS) {
      const givingUp = setTimeout(() => sql.end({ timeout: 0 }), withinS * 1_000)
      await telling
      clearTimeout(givingUp)
      await sql.end()
    },
  }
}

async function tellTogether(sql: postgres.Sql, notices: Notice[]): Promise<void> {
  const channels = notices.map(({ channel }) => channel)
  const ids = notices.map(({ id }) => id)
  await sql`select pg_notify(channel, id) from unnest(${channels}::text[], ${ids}::text[]) as told(channel, id)`
}

/** Has the notifier told what the transactions of this database tell, each when it has committed. */
export function notifyingThrough(db: Database, { tell }: Pick<Notifier, 'tell'>): Database {
  const begin = db.transaction.bind(db)
  db.transaction = async (run, config) => {
    const notices: Notice[] = []
    const result = await begin((tx) => {
      untold.set(tx, notices)
      return run(tx)
    }, config)
    tell(notices)
    return result
  }
  return db
}
