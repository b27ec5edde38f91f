import postgres from 'postgres'

/**
 * The PostgreSQL driver, with our patch. As published it ends the process when a connection is
 * lost in a transaction, and goes on with what is left of it in another one: see `patches/`.
 */
export function connect(
  ...[url, options]: [url: string, options?: postgres.Options<Record<string, never>>]
): postgres.Sql {
  if (!('safeOnConnectionLoss' in postgres)) {
    throw new Error('The PostgreSQL driver is not patched: run npx patch-package')
  }
  return postgres(url, options)
}
