import { Client, Connection } from '@temporalio/client'
import type { ResolvedSettings } from '../settings.ts'

/** Its own default grows to two minutes, which Temporal may long be back. */
const RECONNECT_AT_LEAST_EVERY_MS = 1_000

/** A client whose connection is made by its first call, and again whenever it must. */
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
