import { Client, Connection } from '@temporalio/client'
import type { ResolvedSettings } from '../settings.ts'

/** The default grows to two minutes, long after Temporal is back. */
const RECONNECT_AT_LEAST_EVERY_MS = 1_000

/** A client that connects at its first call, and again when the connection is lost. */
export function openTemporal({ temporalAddress, temporalNamespace }: ResolvedSettings) {
  const connection = Connection.lazy({
    address: temporalAddress,
    channelArgs: {
      'grpc.initial_reconnect_backoff_ms': 100,
      'grpc.max_reconnect_backoff_ms': RECONNECT_AT_LEAST_EVERY_MS,
    },
  })
  const client = new Client({ connection, namespace: temporalNamespace })
  return { client, connection, close: () => connection.close() }
}
