import { Client } from '@temporalio/client'
import { openConnection } from '../../engine/connection.ts'
import type { ResolvedSettings } from '../settings.ts'

/** A client that connects at its first call, and again when the connection is lost. */
export function openTemporal({ temporalAddress, temporalNamespace }: ResolvedSettings) {
  const connection = openConnection(temporalAddress)
  const client = new Client({ connection, namespace: temporalNamespace })
  return { client, connection, close: () => connection.close() }
}
