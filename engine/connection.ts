import {
  Connection,
  type ConnectionOptions,
  defaultGrpcRetryOptions,
  makeGrpcRetryInterceptor,
} from '@temporalio/client'

/** How long one call to the engine may take: less than the sweeper waits, which would repeat it. */
const CALL_TIMEOUT_MS = 3_000

/** The default grows to two minutes, long after Temporal is back. */
const RECONNECT_AT_LEAST_EVERY_MS = 1_000

type Interceptor = NonNullable<ConnectionOptions['interceptors']>[number]

/** Ends a call that sets no time itself. */
const inTime: Interceptor = (options, nextCall) =>
  nextCall({ ...options, deadline: options.deadline ?? Date.now() + CALL_TIMEOUT_MS }) as never

/** A connection that connects at its first call, and again when it is lost. */
export function openConnection(address: string): Connection {
  return Connection.lazy({
    address,
    interceptors: [inTime, makeGrpcRetryInterceptor(defaultGrpcRetryOptions())],
    channelArgs: {
      'grpc.initial_reconnect_backoff_ms': 100,
      'grpc.max_reconnect_backoff_ms': RECONNECT_AT_LEAST_EVERY_MS,
    },
  })
}
