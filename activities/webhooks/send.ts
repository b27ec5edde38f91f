import type { Readable } from 'node:stream'
import { Webhook } from 'standardwebhooks'
import { Agent, type Dispatcher, request } from 'undici'
import type { DeliveryRow } from '../../db/webhooks/due.ts'
import type { Answer } from '../../db/webhooks/record-outcome.ts'
import type { WebhookRow } from '../../db/webhooks/webhooks.ts'
import { literalAddress } from './address.ts'
import {
  createResolve,
  mustBePublic,
  PrivateAddress,
  publicLookup,
  type Resolve,
} from './lookup.ts'

/** How much of an answer's body is kept. */
const MAX_BODY_BYTES = 1_024
const CUT = 'No answer before the worker stopped'

/** Sends a delivery once and returns the answer; never rejects. `permanent`: another try is useless. */
export type Send = (
  webhook: Pick<WebhookRow, 'url' | 'secret'>,
  delivery: Pick<DeliveryRow, 'id' | 'body'>,
) => Promise<Answer & { permanent?: boolean }>

type Sending = { allowPrivate: boolean; answerWithinMs: number; resolve?: Resolve }

/**
 * Sends, and keeps its connections until it is closed. `close` lets requests in flight finish.
 * `cut` ends them at once: they had no answer.
 */
export type Sender = { send: Send; close(): void; cut(): void }

/**
 * Opens a sender. Unless `allowPrivate`, it sends nothing to an address that is not public, by
 * whatever name. It follows no redirect.
 */
export function openSender(options: Sending): Sender {
  const {
    allowPrivate,
    answerWithinMs,
    resolve = createResolve({ system: allowPrivate }),
  } = options
  const lookup = publicLookup({ resolve, allowPrivate, withinMs: answerWithinMs })
  const agent = new Agent({ connect: { lookup, timeout: answerWithinMs } })
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
      // The agent connects to an address that the URL spells out without a look-up.
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

/** An error's code, such as `ECONNREFUSED` or `DEPTH_ZERO_SELF_SIGNED_CERT`; our own in words. */
function reasonOf(error: unknown): string {
  if (error instanceof PrivateAddress) return 'The address is private or loopback'
  if (error instanceof Error && 'code' in error) return String(error.code).slice(0, 100)
  return error instanceof Error ? error.name : 'unknown error'
}

async function answerOf(
  { statusCode: status, body }: Dispatcher.ResponseData,
  signal: AbortSignal,
): Promise<Answer> {
  return { status, error: null, body: await startOf(body, signal) }
}

/**
 * The first KiB of an answer's body, as text that PostgreSQL can hold; the rest is not read. When
 * a body breaks off, or does not end in time, what came of it is kept.
 */
async function startOf(body: Readable, signal: AbortSignal): Promise<string> {
  // To destroy a body before its end raises an error, which ends the process if nobody listens.
  body.on('error', () => {})
  const chunks: Buffer[] = []
  let length = 0
  try {
    for await (const chunk of body) {
      chunks.push(chunk)
      length += chunk.length
      if (length >= MAX_BODY_BYTES || signal.aborted) break
    }
  } catch {
    // The status was the answer.
  }
  body.destroy()
  // Twice: a replacement character is longer than the byte it stands for.
  return decodeStart(Buffer.from(decodeStart(Buffer.concat(chunks))))
}

function decodeStart(bytes: Buffer): string {
  const whole = new TextDecoder().decode(bytes.subarray(0, MAX_BODY_BYTES), { stream: true })
  return whole.replaceAll('\0', '\uFFFD')
}
