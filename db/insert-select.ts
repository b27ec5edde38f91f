import { Column, getTableColumns, is, type Param, SQL, type Subquery, sql } from 'drizzle-orm'
import type { PgColumn, PgTable } from 'drizzle-orm/pg-core'

type Values<T extends PgTable> = {
  [Name in keyof T['$inferInsert']]: T['$inferInsert'][Name] | SQL | PgColumn
}

/**
 * For `insert … select`: these values as a row, once for each row of `from`. A column without a
 * value gets its default, as in an insert of values.
 */
export function rowFrom<T extends PgTable>(table: T, values: Values<T>, from: SQL): SQL {
  const given = values as Record<string, unknown>
  const columns = Object.entries<PgColumn>(getTableColumns(table))
  // Drizzle names every column that may be written, in this order.
  const selected = columns
    .filter(([, column]) => !column.generated)
    .map(([name, column]) => expressionOf(column, given[name]))
  return sql`select ${sql.join(selected, sql`, `)} ${from}`
}

function expressionOf(column: PgColumn, given: unknown): SQL | Param {
  const value = given ?? column.default ?? null
  const isExpression = is(value, SQL) || is(value, Column)
  return isExpression || value === null ? sql`${value}` : sql.param(value, column)
}

/** `from` a part of the statement. */
export function from(part: Subquery): SQL {
  return sql`from ${sql.identifier(part._.alias)}`
}
