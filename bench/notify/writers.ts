import type postgres from 'postgres'
import { openDatabase } from '../../db/client.ts'
import { openNotifier } from '../../db/notify.ts'

export const WRITERS = 32

/** When listeners are told of what is written; `never` is what the writing alone costs. */
export const whens = ['in the transaction', 'after the commit', 'never'] as const
export type When = (typeof whens)[number]

/** About as much as a command's answer, or its event. */
const TEXT = 'x'.repeat(1_000)
const CHANNELS = ['bench_settled', 'bench_events'] as const

/** Writers that each settle a row of their own and say what happened, as a command does. */
export async function openWriters(url: string) {
  const client = openDatabase(url, WRITERS)
  const listening = openDatabase(url, 1)
  const notifier = openNotifier(openDatabase(url, 1).sql)
  const { sql } = client
  for (const channel of CHANNELS) await listening.sql.listen(channel, () => {})

  const write = (tx: postgres.TransactionSql, writer: number, told: postgres.Fragment) =>
    Promise.all([
      tx`update settled set body = ${TEXT}, version = version + 1 where id = ${writer} returning ${told}`,
      tx`insert into happened (id, body) values (${writer}, ${TEXT})`,
    ])

  async function commit(writer: number, when: When): Promise<void> {
    const id = String(writer)
    const told = sql`pg_notify(${CHANNELS[0]}, ${id}), pg_notify(${CHANNELS[1]}, ${id})`
    await sql.begin((tx) => write(tx, writer, when === 'in the transaction' ? told : sql`id`))
    if (when === 'after the commit') notifier.tell(CHANNELS.map((channel) => ({ channel, id })))
  }

  return {
    /** How many commit per second when all of them write for so long. */
    async commitsPerSecond(when: When, ms: number): Promise<number> {
      const until = performance.now() + ms
      let committed = 0
      const writing = Array.from({ length: WRITERS }, async (_, writer) => {
        for (; performance.now() < until; committed += 1) await commit(writer, when)
      })
      await Promise.all(writing)
      return (committed * 1_000) / ms
    },
    close: () => Promise.all([client.close(), listening.close(), notifier.close(1)]),
  }
}

/** What they write to. */
export async function makeTables(url: string): Promise<void> {
  const { sql, close } = openDatabase(url, 1)
  await sql`create table settled (id int primary key, body text not null, version int not null)`
  await sql`create table happened (id int not null, body text not null)`
  await sql`insert into settled select id, '', 0 from generate_series(0, ${WRITERS - 1}) id`
  await close()
}

/** Has sessions that begin from now on wait so long before each flush, as for a slower disk. */
export async function slowFlush(url: string, microseconds: number): Promise<void> {
  const { sql, close } = openDatabase(url, 1)
  const name = new URL(url).pathname.slice(1)
  await sql.unsafe(`alter database "${name}" set commit_siblings = 0`)
  await sql.unsafe(`alter database "${name}" set commit_delay = ${microseconds}`)
  await close()
}
