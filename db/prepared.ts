import type postgres from 'postgres'

/** Texts that are prepared in a session at most: what is built anew for each list must not fill it. */
const MOST_TEXTS = 500
/** Longer texts are lists of rows, of which hardly two are alike. */
const LONGEST_TEXT = 16_000

type Preparing = {
  /** Those that are prepared already. */
  texts?: Set<string>
  /** Whether the first statements of a transaction are sent with its `begin`: our patch, see `patches/`. */
  pipelined?: boolean
}

/**
 * Has the driver prepare what Drizzle asks for, under a name and once in each session. Drizzle's
 * own way describes every statement before it executes it: two round trips, and a new plan.
 */
export function preparing<Client extends postgres.ISql>(
  sql: Client,
  { texts = new Set<string>(), pipelined = false }: Preparing = {},
): Client {
  const { unsafe } = sql
  const isKept = (text: string) => {
    if (text.length > LONGEST_TEXT) return false
    if (texts.size < MOST_TEXTS) texts.add(text)
    return texts.has(text)
  }
  return {
    ...sql,
    unsafe: (text: string, parameters?: never[], options?: postgres.UnsafeQueryOptions) =>
      unsafe(text, parameters, { ...options, prepare: isKept(text) }),
    ...within(sql, { texts, pipelined }),
  }
}

/** A transaction's client is another one. */
function within(sql: postgres.ISql, { texts, pipelined }: Required<Preparing>) {
  const nested: Record<string, unknown> = {}
  for (const name of ['begin', 'savepoint'] as const) {
    const begin = (sql as unknown as Record<string, unknown>)[name]
    if (typeof begin !== 'function') continue
    nested[name] = (...given: unknown[]) => {
      const run = given.pop() as (tx: postgres.ISql) => unknown
      const runIn = (tx: postgres.ISql) => run(preparing(tx, { texts }))
      return begin(...given, Object.assign(runIn, { pipelined }))
    }
  }
  return nested
}
