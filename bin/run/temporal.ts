import { Client, Connection } from '@temporalio/client'
import type { ResolvedSettings } from '../settings.ts'

/** A client whose connection is made by its first call, and again whenever it must. */
export function openTemporal({ temporalAddress, temporalNamespace }: ResolvedSettings) {
  const connection = Connection.lazy({ address: temporalAddress, connectTimeout: '3s' })
  const client = new Client({ connection, namespace: temporalNamespace })
  return { client, connection, close: () => connection.close() }
}
