import { setImmediate as nextTurn } from 'node:timers/promises'
import { sql } from 'drizzle-orm'
import postgres from 'postgres'
import { afterAll, beforeAll, beforeEach, expect, onTestFinished, test, vi } from 'vitest'
import { type Database, openDatabase, type Queryable, type Transaction } from '../../db/client.ts'
import { databaseCode, isTransientError } from '../../db/errors.ts'
import { type FreshDatabase, freshDatabase } from '../harness/database.ts'
import { startProxy, type TcpProxy } from '../harness/proxy.ts'

// What the driver throws where nobody can catch it fails the run as well: vitest sees to that.

const SECONDS_UNDER_LOAD = 2
const CHANGED_MY_MIND = new Error('changed my mind')

let database: FreshDatabase
/** Not by the proxy, and of another name, so that nothing befalls it. */
let admin: postgres.Sql

beforeAll(async () => {
  database = await freshDatabase(1)
  admin = postgres(database.url, { max: 1, connection: { application_name: 'admin' } })
  await admin`create table notes (text text not null)`
  await admin`create table accounts (id int primary key, balance int not null)`
  await admin`create table transfers (id int primary key)`
})
beforeEach(() => admin`delete from notes`)
afterAll(async () => {
  await admin.end()
  await database.close()
})

/** A pool on the database, by way of a proxy. */
async function connected(connections = 1) {
  const proxy = await startProxy(database.url)
  const client = openDatabase(proxy.url, connections)
  onTestFinished(async () => {
    await client.sql.end({ timeout: 0 })
    proxy.close()
  })
  return { proxy, db: client.db, client }
}

const note = (db: Queryable, text: string) => db.execute(sql`insert into notes values (${text})`)
const notes = async () => (await admin`select text from notes`).map(({ text }) => text)

async function pidOf(db: Queryable): Promise<number> {
  const [row] = await db.execute<{ pid: number }>(sql`select pg_backend_pid() as pid`)
  return (row as { pid: number }).pid
}

const terminateMyself = (db: Queryable) =>
  db.execute(sql`select pg_terminate_backend(pg_backend_pid())`)

/** How many connections answer when each of so many transactions holds one. */
async function distinctPids(db: Database, transactions: number): Promise<number> {
  const all = gate()
  let begun = 0
  async function hold(tx: Transaction) {
    const pid = await pidOf(tx)
    begun += 1
    if (begun === transactions) all.open()
    await all.opened
    return pid
  }
  const held = Array.from({ length: transactions }, () => db.transaction(hold))
  return new Set(await Promise.all(held)).size
}

function expectTransient(query: Promise<unknown>): Promise<void> {
  return expect(query).rejects.toSatisfy(isTransientError)
}

function gate() {
  let open = () => {}
  const opened = new Promise<void>((resolve) => {
    open = resolve
  })
  return { open, opened }
}

type Lose = (tx: Transaction, proxy: TcpProxy) => Promise<unknown>

const losses: Record<string, Lose> = {
  'its backend is terminated in a query': (tx) => terminateMyself(tx),
  'its backend is terminated between two queries': async (tx) =>
    admin`select pg_terminate_backend(${await pidOf(tx)})`,
  'it idles for too long': (tx) =>
    tx.execute(sql`set local idle_in_transaction_session_timeout = 20`),
  'its connection is reset between two queries': async (_, proxy) => proxy.reset(),
  'its connection is reset in a query': async (tx, proxy) => {
    setTimeout(proxy.reset, 20)
    await tx.execute(sql`select pg_sleep(1)`)
  },
  'its connection is closed in a query': async (tx, proxy) => {
    setTimeout(proxy.finish, 20)
    await tx.execute(sql`select pg_sleep(1)`)
  },
}

/** How a transaction may begin: with a round trip of its own, or with its first statement. */
const ways = ['db', 'lockingFirst'] as const

const lossesByWay = Object.entries(losses).flatMap(([when, lose]) =>
  ways.map((way) => [when, way, lose] as const),
)

test.each(lossesByWay)(
  'when %s a transaction is gone, and what follows in it reaches no other (%s)',
  async (_, way, lose) => {
    const { proxy, client } = await connected()
    const db = client[way]
    const [other, over] = [gate(), gate()]
    const late = vi.fn()
    const lost = db.transaction(async (tx) => {
      await note(tx, 'lost')
      await lose(tx, proxy).catch(() => {})
      await other.opened
      await note(tx, 'late').catch(late)
      over.open()
    })
    await expectTransient(lost)
    const next = db.transaction(async (tx) => {
      await note(tx, 'next')
      other.open()
      await over.opened
      // By the third, a late commit or rollback of the lost one would be through.
      for (const text of ['next', 'next', 'next']) await note(tx, text)
      throw CHANGED_MY_MIND
    })
    await expect(next).rejects.toBe(CHANGED_MY_MIND)
    expect(late).toHaveBeenCalledExactlyOnceWith(expect.toSatisfy(isTransientError))
    await note(db, 'after')
    expect(await notes()).toEqual(['after'])
  },
)

test('a transaction whose backend is gone by its commit fails and leaves nothing', async () => {
  const { db } = await connected()
  const lost = db.transaction(async (tx) => {
    await note(tx, 'lost')
    await admin`select pg_terminate_backend(${await pidOf(tx)}, 1000)`
  })
  await expectTransient(lost)
  await note(db, 'after')
  expect(await notes()).toEqual(['after'])
})

test('when a begin fails nothing follows but what was sent with it', async () => {
  const { client } = await connected()
  const late = vi.fn()
  const begun = client.sql.begin(
    'of no kind',
    Object.assign(
      async (tx: postgres.TransactionSql) => {
        await tx`insert into notes values ('with it')`
        await tx`insert into notes values ('late')`.catch(late)
      },
      { pipelined: true },
    ),
  )
  await expect(begun).rejects.toThrow(/syntax error/)
  await vi.waitFor(() => expect(late).toHaveBeenCalledOnce())
  expect(await notes()).toEqual(['with it'])
  await note(client.db, 'after')
})

test('a statement after the end of its transaction runs nowhere', async () => {
  const { db } = await connected()
  const ended = await db.transaction(async (tx) => {
    await note(tx, 'within')
    return { tx }
  })
  await expect(note(ended.tx, 'late')).rejects.toThrow()
  expect(await notes()).toEqual(['within'])
})

test('statements that wait behind the one that loses the connection fail with it', async () => {
  const { db } = await connected()
  await expectTransient(
    db.transaction((tx) => {
      const statements = [terminateMyself(tx), ...Array.from({ length: 150 }, () => note(tx, 'x'))]
      return Promise.all(statements.map(expectTransient))
    }),
  )
  expect(await notes()).toEqual([])
})

test('a query asked between the reset and the end of its connection fails', async () => {
  const { proxy, db } = await connected()
  await note(db, 'before')
  setTimeout(proxy.reset, 20)
  const retried = db.execute(sql`select pg_sleep(1)`).catch(() => note(db, 'at once'))
  await expectTransient(retried)
  for (const text of ['one', 'two', 'three']) await note(db, text)
  expect(await notes()).toEqual(['before', 'one', 'two', 'three'])
})

test.each(['reset', 'finish'] as const)(
  'queries asked again at once, while all connections %s, end on working ones',
  async (lose) => {
    const { proxy, db } = await connected(5)
    async function untilAnswered(text: string) {
      for (;;) {
        try {
          return await note(db, text)
        } catch (error) {
          expect(databaseCode(error)).toMatch(/CONNECTION_CLOSED|ECONNRESET|EPIPE/)
        }
      }
    }
    await distinctPids(db, 5)
    const asleep = Array.from({ length: 3 }, () => db.execute(sql`select pg_sleep(1)`))
    const answered = asleep.map((query, at) => query.catch(() => untilAnswered(`${at}`)))
    setTimeout(proxy[lose], 20)
    await Promise.all(answered)
    expect(await distinctPids(db, 5)).toBe(5)
  },
)

test('the query after one whose connection was lost succeeds', async () => {
  const { proxy, db } = await connected()
  await expectTransient(terminateMyself(db))
  await note(db, 'terminated')
  setTimeout(proxy.finish, 20)
  await expectTransient(db.execute(sql`select pg_sleep(1)`))
  await note(db, 'closed')
  expect(await notes()).toEqual(['terminated', 'closed'])
})

test('rows of a lost or failed answer are not in the next one', async () => {
  const { proxy, db } = await connected()
  const one = async () => [...(await db.execute(sql`select 1 as n`))]
  proxy.watch((data) => data.includes('@@') && proxy.finish())
  await expectTransient(db.execute(sql`select repeat('@', 9) from generate_series(1, 50000)`))
  expect(await one()).toEqual([{ n: 1 }])
  await expect(db.execute(sql`select 1 / (9 - x) from generate_series(1, 9) x`)).rejects.toThrow()
  expect(await one()).toEqual([{ n: 1 }])
})

test('a connection lost while it opens fails the query it was opened for', async () => {
  const { proxy, db } = await connected()
  for (const lose of [proxy.reset, proxy.finish]) {
    proxy.watch((data) => {
      if (!data.includes('pg_catalog.pg_type')) return
      proxy.watch(() => {})
      lose()
    })
    await expectTransient(note(db, 'lost'))
  }
  await note(db, 'after')
  expect(await notes()).toEqual(['after'])
})

test('a connection lost while its password is fetched fails its query only', async () => {
  const { proxy } = await connected()
  const lost = gate()
  const { password } = new URL(proxy.url)
  const fetchPassword = vi.fn(async () => password)
  const client = postgres(proxy.url, { max: 1, password: fetchPassword })
  onTestFinished(() => client.end({ timeout: 0 }))
  fetchPassword.mockImplementationOnce(async () => {
    proxy.finish()
    await lost.opened
    return password
  })
  await expectTransient(client`select 1`)
  // The answer to the lost session comes while the next one waits for its own.
  fetchPassword.mockImplementationOnce(async () => {
    lost.open()
    await nextTurn()
    await nextTurn()
    return password
  })
  expect(await client`select 1 as one`).toEqual([{ one: 1 }])
})

test('a server that hangs up on everybody is not called in a tight loop', async () => {
  const { proxy, db } = await connected()
  proxy.hangUp(true)
  await expectTransient(note(db, 'lost'))
  await expectTransient(note(db, 'lost'))
  expect(proxy.accepted()).toBe(2)
  proxy.hangUp(false)
  await note(db, 'after')
  expect(await notes()).toEqual(['after'])
})

test('a query on a reserved connection that is gone fails', async () => {
  const { client, db } = await connected(2)
  await note(db, 'before')
  const reserved = await client.sql.reserve()
  await expectTransient(reserved`select pg_terminate_backend(pg_backend_pid())`)
  await expectTransient(reserved`select 1`)
  await expectTransient(reserved`select 1`)
  await note(db, 'after')
})

test('a transaction owns its connection even when it begins on a full one', async () => {
  const client = postgres(`${database.url}?max_pipeline=0`, { max: 2 })
  onTestFinished(() => client.end({ timeout: 0 }))
  expect(await client.begin((tx) => tx`select 1 as one`)).toEqual([{ one: 1 }])
})

test('a pool ends after its connection was lost', async () => {
  const { proxy, client, db } = await connected()
  await note(db, 'before')
  setTimeout(proxy.reset, 20)
  await expectTransient(db.execute(sql`select pg_sleep(1)`))
  await client.sql.end()
})

test('a session whose server falls silent is let go of, and what follows has another', async () => {
  const { proxy, client, db } = await connected()
  const heard: string[] = []
  await client.sql.listen('news', (text) => heard.push(text))
  await note(db, 'before')
  proxy.freeze()
  const since = Date.now()
  await expect(note(db, 'lost')).rejects.toSatisfy(
    (error) => databaseCode(error) === 'CONNECTION_SILENT' && isTransientError(error),
  )
  expect(Date.now() - since).toBeLessThan(9_000)
  proxy.thaw()
  await note(db, 'after')
  expect(await notes()).toEqual(['before', 'after'])
  await admin.notify('news', 'now')
  await vi.waitFor(() => expect(heard).toEqual(['now']))
}, 20_000)

test('a transaction whose server falls silent fails, and so does all that waits in it', async () => {
  const { proxy, db } = await connected()
  const lost = db.transaction(async (tx) => {
    await note(tx, 'lost')
    proxy.freeze()
    await Promise.all([note(tx, 'lost'), note(tx, 'lost')])
  })
  await expectTransient(lost)
  proxy.thaw()
  await note(db, 'after')
  expect(await notes()).toEqual(['after'])
}, 20_000)

test('a statement may take its time, and a session that nobody waits on is left alone', async () => {
  const { proxy, db } = await connected()
  await db.execute(sql`select pg_sleep(6.5)`)
  await db.transaction(async (tx) => {
    await tx.execute(sql`set local idle_in_transaction_session_timeout = 0`)
    await new Promise((resolve) => setTimeout(resolve, 8_500))
    await note(tx, 'within')
  })
  expect(proxy.accepted()).toBe(1)
  expect(await notes()).toEqual(['within'])
}, 30_000)

test('a pool ends within its time when nothing answers', async () => {
  const { proxy, client, db } = await connected(2)
  await note(db, 'before')
  proxy.freeze()
  const unanswered = [note(db, 'a'), note(db, 'b'), note(db, 'c'), db.transaction(pidOf)]
  const settled = Promise.allSettled(unanswered)
  await client.sql.end({ timeout: 0.1 })
  for (const { status } of await settled) expect(status).toBe('rejected')
})

test('a pool that ends while it waits to connect again does not', async () => {
  const [ended, clock] = [await connected(), await connected()]
  for (const { db } of [ended, clock]) await expectTransient(terminateMyself(db))
  const accepted = ended.proxy.accepted()
  const waiting = expectTransient(note(ended.db, 'lost'))
  await admin`select 1`
  await ended.client.sql.end({ timeout: 0 })
  await waiting
  // This one lost its connection later, so the other would have connected before.
  await note(clock.db, 'after')
  expect(ended.proxy.accepted()).toBe(accepted)
})

test('it listens again however often that fails, and hears each once', async () => {
  const { proxy, client } = await connected()
  const heard: string[] = []
  const listening = vi.fn()
  await client.sql.listen('news', (text) => heard.push(text), listening)
  const hears = async (text: string, times: number) => {
    await vi.waitFor(() => expect(listening).toHaveBeenCalledTimes(times), 4_000)
    await admin.notify('news', text)
    await vi.waitFor(() => expect(heard).toContain(text))
  }
  await hears('at first', 1)
  proxy.reset()
  await hears('after a reset', 2)
  await admin`select pg_terminate_backend(pid) from pg_stat_activity
    where query like 'listen %' and datname = current_database()`
  await hears('after its backend ended', 3)
  const before = proxy.accepted()
  proxy.hangUp(true)
  proxy.finish()
  await vi.waitFor(() => expect(proxy.accepted()).toBeGreaterThan(before + 1), 4_000)
  proxy.hangUp(false)
  await hears('after hanging up', 4)
  expect(heard).toHaveLength(4)
})

test('it listens once the server is there, though it was not at first', async () => {
  const { proxy, client } = await connected()
  proxy.refuse()
  const heard: string[] = []
  const listening = vi.fn()
  await expectTransient(client.sql.listen('news', (text) => heard.push(text), listening))
  await proxy.acceptAgain()
  await vi.waitFor(() => expect(listening).toHaveBeenCalledTimes(1), 4_000)
  await admin.notify('news', 'now')
  await vi.waitFor(() => expect(heard).toEqual(['now']))
})

test.each(ways)(
  'twenty transactions at a time keep every sum while connections die under them (%s)',
  async (way) => {
    const { proxy, client } = await connected(20)
    const db = client[way]
    await admin`delete from transfers`
    await admin`delete from accounts`
    await admin`insert into accounts values (1, 0), (2, 0)`
    const until = Date.now() + SECONDS_UNDER_LOAD * 1000
    const [done, uncertain] = [new Set<number>(), new Set<number>()]
    let ids = 0

    async function transfer(id: number): Promise<void> {
      let committing = false
      try {
        await db.transaction(async (tx) => {
          await tx.execute(sql`update accounts set balance = balance - 1 where id = 1`)
          await tx.execute(sql`insert into transfers values (${id})`)
          await tx.transaction((inner) =>
            inner.execute(sql`update accounts set balance = balance + 1 where id = 2`),
          )
          committing = true
        })
        done.add(id)
      } catch (error) {
        expect(error).toSatisfy(isTransientError)
        if (committing) uncertain.add(id)
      }
    }
    async function transferAgainAndAgain(): Promise<void> {
      while (Date.now() < until) await transfer(++ids)
    }
    async function watchSum(): Promise<void> {
      while (Date.now() < until) {
        const [seen] = await admin`select sum(balance)::int as sum from accounts`
        expect(seen?.sum).toBe(0)
      }
    }
    async function kill(): Promise<void> {
      for (let round = 0; Date.now() < until; round++) {
        if (round % 30 === 29) proxy.reset()
        else
          await admin`select pg_terminate_backend(pid) from pg_stat_activity
          where application_name = 'baton' and datname = current_database()
          order by random() limit 1`
        await new Promise((resolve) => setTimeout(resolve, 20))
      }
    }
    const workers = Array.from({ length: 20 }, transferAgainAndAgain)
    await Promise.all([kill(), watchSum(), ...workers])

    const kept = new Set((await admin`select id from transfers`).map(({ id }) => id as number))
    const [second] = await admin`select balance from accounts where id = 2`
    expect(second?.balance).toBe(kept.size)
    expect([...done].filter((id) => !kept.has(id))).toEqual([])
    expect([...kept].filter((id) => !done.has(id) && !uncertain.has(id))).toEqual([])
    expect(done.size).toBeGreaterThan(0)
    expect(await distinctPids(db, 20)).toBe(20)
  },
)
