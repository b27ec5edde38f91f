import { Column, getTableColumns, getTableName, is, type SQL, sql } from 'drizzle-orm'
import type { PgColumn, PgTable } from 'drizzle-orm/pg-core'
import type { Queryable } from './client.ts'

type Values = Record<string, unknown>

type Prepared<Result> = { execute(values?: Values): Promise<Result> }

/** What Drizzle can prepare: any of its queries. */
type Preparable<Result> = { prepare(name: string): Prepared<Result> }

/** The session and dialect of a pool or transaction, which Drizzle keeps to itself. */
type Internals = {
  _: { session: { client: object; prepareQuery(query: object): object } }
  dialect: { sqlToQuery(statement: SQL): object }
}

/**
 * A query that is built once, with `sql.placeholder` for what differs, and then run with other
 * values on whatever pool or transaction. To build one takes Drizzle longer than to run it. It is
 * sent at the same moment as one that is built and awaited: what is sent together keeps its order.
 */
export function builtOnce<Result>(build: (db: Queryable) => Preparable<Result>) {
  let built: Prepared<Result> | undefined
  return async (db: Queryable, values: Values): Promise<Result> => {
    built ??= readingRowsFast(build(db).prepare(''))
    const query = on(db, built)
    // biome-ignore lint/suspicious/noThenProperty: awaited as Drizzle's own queries are, which begin then
    return await { then: (done, fail) => void query.execute(values).then(done, fail) }
  }
}

/** The same of a statement for which Drizzle has no builder; rows as the driver reads them. */
export function statementOnce<Row>(statement: SQL) {
  return builtOnce<Row[]>((db) => {
    const { dialect, _: of } = db as unknown as Internals
    return {
      prepare: () => of.session.prepareQuery(dialect.sqlToQuery(statement)) as Prepared<Row[]>,
    }
  })
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

type Decoder = { mapFromDriverValue(value: unknown): unknown }
type Field = Decoder | { decoder: Decoder } | { sql: { decoder: Decoder } }

/** What Drizzle knows of a prepared query: its columns, and which joined tables always have a row. */
type Known = {
  fields?: { path: string[]; field: Field }[]
  joinsNotNullableMap?: Record<string, boolean>
}

/**
 * Drizzle finds out anew for each value how to read it. That is known once: the columns in order,
 * those of one object together. An object of a joined table is null when its first column is.
 */
function readingRowsFast<Query extends object>(query: Query): Query {
  const { fields, joinsNotNullableMap: joins } = query as Known
  if (!fields?.every(({ path }) => path.length <= 2)) return query
  const columns = fields.map(({ path, field }, index) => {
    const [name = '', inner] = path
    const of = fields.filter((other) => other.path[0] === name).map((other) => tableOf(other.field))
    const isOne = inner !== undefined && of.every((table) => table !== null && table === of[0])
    const isOptional = isOne && joins !== undefined && !joins[of[0] as string]
    const isFirst = fields.findIndex((other) => other.path[0] === name) === index
    return { name, inner, decoder: decoderOf(field), isFirst, isOptional }
  })
  const read = (row: unknown[]) => {
    const read: Record<string, unknown> = {}
    for (const [index, { name, inner, decoder, isFirst, isOptional }] of columns.entries()) {
      const raw = row[index]
      const value = raw === null ? null : decoder.mapFromDriverValue(raw)
      if (inner === undefined) read[name] = value
      else if (isFirst) read[name] = isOptional && raw === null ? null : { [inner]: value }
      else if (read[name] !== null) (read[name] as Record<string, unknown>)[inner] = value
    }
    return read
  }
  return Object.assign(query, { customResultMapper: (rows: unknown[][]) => rows.map(read) })
}

function tableOf(field: Field): string | null {
  return is(field, Column) ? getTableName(field.table) : null
}

function decoderOf(field: Field): Decoder {
  if ('decoder' in field) return field.decoder
  return 'sql' in field ? field.sql.decoder : field
}

function on<Prepared extends object>(db: Queryable, prepared: Prepared): Prepared {
  const { client } = (db as unknown as Internals)._.session
  return Object.assign(Object.create(Object.getPrototypeOf(prepared)), prepared, { client })
}

/** A placeholder for the value of this name, in place of what a condition or a column takes. */
export const held = (name: string): SQL => sql`${sql.placeholder(name)}`

/** Placeholders for these columns of a row that `valuesOfRow` gives the values of. */
export function heldRow<T extends PgTable, Name extends keyof T['$inferInsert'] & string>(
  _table: T,
  names: readonly Name[],
  prefix = '',
) {
  return Object.fromEntries(names.map((name) => [name, held(prefix + name)])) as Record<Name, SQL>
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
