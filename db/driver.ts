import postgres from 'postgres'

type Options = postgres.Options<Record<string, never>> & {
  /** Seconds after which a session is ended when somebody waits and nothing comes; never, unless set. */
  silence_timeout?: number
}

/**
 * What our statements rely on. A database or role may have other defaults: a session says its own,
 * and only the database's URL says otherwise. The values are those PostgreSQL begins with.
 */
const SESSION = {
  DateStyle: 'ISO, MDY',
  IntervalStyle: 'postgres',
  TimeZone: 'UTC',
  default_transaction_isolation: 'read committed',
  search_path: '"$user", public',
  standard_conforming_strings: 'on',
} as const

/**
 * The PostgreSQL driver, with our patch. As published it ends the process when a connection is
 * lost in a transaction, goes on with what is left of it in another one, and waits for ever for a
 * server that is silent: see `patches/`.
 */
export function connect(...[url, options = {}]: [url: string, options?: Options]): postgres.Sql {
  if (!('safeOnConnectionLoss' in postgres)) {
    throw new Error('The PostgreSQL driver is not patched: run npx patch-package')
  }
  return postgres(url, { ...options, connection: { ...SESSION, ...options.connection } })
}
