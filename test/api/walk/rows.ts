import type { TestApi } from '../../harness/api.ts'

/** By table, every row of one workspace as JSON, in one order. */
export type Rows = Record<string, string[]>

/** Of no workspace, but of the installation. */
const OF_NOBODY = ['sweep_turns']

/** The column that says whose a row is, in every table but that of the workspaces. */
const WORKSPACE = 'workspace_id'

/** Reads all rows of a workspace, from every table of the schema. */
export async function rowsReader({ database }: TestApi) {
  const { sql } = database.client
  const tables = await listTables(sql)
  const each = tables.map(
    ({ table, owner }) =>
      `select '${table}' as table, to_jsonb(t)::text as row from "${table}" t where ${owner} = $1`,
  )
  const all = `${each.join(' union all ')} order by 1, 2`
  return async (workspaceId: string): Promise<Rows> => {
    const rows: Rows = Object.fromEntries(tables.map(({ table }) => [table, []]))
    for (const { table, row } of await sql.unsafe(all, [workspaceId])) rows[table]?.push(row)
    return rows
  }
}

/** Fails for a table whose rows belong to no workspace. */
async function listTables(sql: TestApi['database']['client']['sql']) {
  const found = await sql<{ table: string; owned: boolean }[]>`
    select table_name as table, bool_or(column_name = ${WORKSPACE}) as owned
    from information_schema.tables join information_schema.columns using (table_schema, table_name)
    where table_schema = 'public' and table_type = 'BASE TABLE' group by table_name`
  const theirs = found.filter(({ table }) => !OF_NOBODY.includes(table))
  return theirs.map(({ table, owned }) => {
    if (!owned && table !== 'workspaces') throw new Error(`Whose are the rows of ${table}?`)
    return { table, owner: owned ? WORKSPACE : 'id' }
  })
}

/** The ids of all that is of a workspace. */
export function idsIn(rows: Rows): string[] {
  const ids = Object.values(rows).flatMap((table) => table.map((row) => JSON.parse(row).id))
  return ids.filter((id) => id !== undefined)
}
