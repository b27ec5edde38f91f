import { Webhook } from 'standardwebhooks'
import { Agent, type Dispatcher, request } from 'undici'
import type { DeliveryRow } from '../../db/webhooks/due.ts'
import type { Answer } from '../../db/webhooks/settle.ts'
import type { WebhookRow } from '../../db/webhooks/webhooks.ts'
import { literalAddress } from './address.ts'
import { mustBePublic, PrivateAddress, publicLookup } from './public-lookup.ts'
import { createResolve, type Resolve } from './resolve.ts'
import { startOf } from './start-of.ts'

/** Sends a delivery once and says what came of it; never rejects. `permanent`: another try is no use. */
export type Send = (
  webhook: Pick<WebhookRow, 'url' | 'secret'>,
  delivery: Pick<DeliveryRow, 'id' | 'body'>,
) => Promise<Answer & { permanent?: boolean }>

const CUT = 'No answer before the worker stopped'

type Sending = { allowPrivate: boolean; answerWithinMs: number; resolve?: Resolve }

/**
 * What sends, and the connections it keeps until it is closed. `cut` ends at once what is under
 * way, as one that had no answer.
 */
export type Sender = { send: Send; close(): void; cut(): void }

/**
 * Makes what sends. Unless `allowPrivate`, nothing is sent to an address that is not public, by
 * whatever name; no redirect is followed.
 */
export function openSender(options: Sending): Sender {
  const {
    allowPrivate,
    answerWithinMs,
    resolve = createResolve({ system: allowPrivate }),
  } = options
  const lookup = publicLookup({ resolve, allowPrivate, withinMs: answerWithinMs })
  const agent = new Agent({ connect: { lookup, timeout: answerWithinMs } })
  // What is under way has its answer still.
  const close = () => void agent.close().catch(() => {})
  const cutting = new AbortController()
  const send = sendBy(agent, options, cutting.signal)
  return { send, close, cut: () => cutting.abort() }
}

function sendBy(
  dispatcher: Agent,
  { allowPrivate, answerWithinMs }: Sending,
  cut: AbortSignal,
): Send {
  return async (webhook, delivery) => {
    const signal = AbortSignal.any([AbortSignal.timeout(answerWithinMs), cut])
    try {
      const url = new URL(webhook.url)
      const literal = literalAddress(url)
      // One that is written out is connected to without a look-up.
      if (literal !== null && !allowPrivate) mustBePublic([{ address: literal }])
      const headers = signedHeaders(webhook, delivery)
      const { body } = delivery
      const options = { method: 'POST', headers, body, dispatcher, signal } as const
      return await answerOf(await request(url, options), signal)
    } catch (error) {
      const late = cut.aborted ? CUT : `No answer within ${answerWithinMs / 1000} s`
      const why = signal.aborted ? late : reasonOf(error)
      return { status: null, error: why, body: null, permanent: error instanceof PrivateAddress }
    }
  }
}

async function answerOf(
  { statusCode: status, body }: Dispatcher.ResponseData,
  signal: AbortSignal,
): Promise<Answer> {
  return { status, error: null, body: await startOf(body, signal) }
}

function signedHeaders(
  { secret }: Pick<WebhookRow, 'secret'>,
  { id, body }: Pick<DeliveryRow, 'id' | 'body'>,
): Record<string, string> {
  const now = new Date()
  return {
    'content-type': 'application/json',
    'user-agent': 'Baton',
    'webhook-id': id,
    'webhook-timestamp': String(Math.floor(now.getTime() / 1000)),
    'webhook-signature': new Webhook(secret).sign(id, now, body),
  }
}

/** A code such as `ECONNREFUSED` or `DEPTH_ZERO_SELF_SIGNED_CERT`, in words where it is ours. */
function reasonOf(error: unknown): string {
  if (error instanceof PrivateAddress) return 'The address is private or loopback'
  if (error instanceof Error && 'code' in error) return String(error.code).slice(0, 100)
  return error instanceof Error ? error.name : 'unknown error'
}
