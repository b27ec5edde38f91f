import type { Connection } from '@temporalio/client'
import { filingNames } from '../../domain/filing.ts'

/** `INDEXED_VALUE_TYPE_KEYWORD` of the engine's API; every attribute is one. */
const KEYWORD = 2

/** Registers the search attributes of our workflows; safe when many workers start at once. */
export async function registerSearchAttributes(
  { operatorService }: Connection,
  namespace: string,
): Promise<void> {
  const { customAttributes } = await operatorService.listSearchAttributes({ namespace })
  const missing = Object.values(filingNames).filter((name) => !(name in customAttributes))
  if (missing.length === 0) return
  await operatorService.addSearchAttributes({
    namespace,
    searchAttributes: Object.fromEntries(missing.map((name) => [name, KEYWORD])),
  })
}
