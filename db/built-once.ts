import { getTableColumns, type SQL, sql } from 'drizzle-orm'
import type { PgColumn, PgTable } from 'drizzle-orm/pg-core'
import type { Queryable } from './client.ts'

type Values = Record<string, unknown>

/** What Drizzle can prepare: any of its queries. */
type Preparable<Result> = {
  prepare(name: string): { execute(values?: Values): Promise<Result> }
}

/** The session of a pool or transaction, which Drizzle keeps to itself. */
type WithClient = { _: { session: { client: object } } }

/**
 * A query that is built once, with `sql.placeholder` for what differs, and then run with other
 * values on whatever pool or transaction. To build one takes Drizzle longer than to run it. It is
 * sent at the same moment as one that is built and awaited: what is sent together keeps its order.
 */
export function builtOnce<Result>(build: (db: Queryable) => Preparable<Result>) {
  let built: ReturnType<Preparable<Result>['prepare']> | undefined
  return async (db: Queryable, values: Values): Promise<Result> => {
    built ??= build(db).prepare('')
    const query = on(db, built)
    // biome-ignore lint/suspicious/noThenProperty: awaited as Drizzle's own queries are, which begin then
    return await { then: (done, fail) => void query.execute(values).then(done, fail) }
  }
}

/** The same for each of some shapes of a query, which have names. */
export function builtOncePer<Shape, Result>(
  nameOf: (shape: Shape) => string,
  build: (db: Queryable, shape: Shape) => Preparable<Result>,
) {
  const built = new Map<string, ReturnType<typeof builtOnce<Result>>>()
  return (db: Queryable, shape: Shape, values: Values): Promise<Result> => {
    const name = nameOf(shape)
    const known = built.get(name) ?? builtOnce((on) => build(on, shape))
    built.set(name, known)
    return known(db, values)
  }
}

function on<Prepared extends object>(db: Queryable, prepared: Prepared): Prepared {
  const { client } = (db as unknown as WithClient)._.session
  return Object.assign(Object.create(Object.getPrototypeOf(prepared)), prepared, { client })
}

/** Placeholders for these columns of a row that `valuesOfRow` gives the values of. */
export function heldRow<T extends PgTable, Name extends keyof T['$inferInsert'] & string>(
  _table: T,
  names: readonly Name[],
  prefix = '',
) {
  const held = names.map((name) => [name, sql`${sql.placeholder(prefix + name)}`])
  return Object.fromEntries(held) as Record<Name, SQL>
}

/** The values of a row as the driver takes them. Drizzle would encode a null in a placeholder, too. */
export function valuesOfRow<T extends PgTable>(
  table: T,
  row: Partial<T['$inferInsert']>,
  prefix = '',
): Values {
  const columns: Record<string, PgColumn> = getTableColumns(table)
  const values: Values = {}
  for (const [name, value] of Object.entries(row)) {
    values[prefix + name] = value == null ? null : columns[name]?.mapToDriverValue(value)
  }
  return values
}
