import { once } from 'node:events'
import { createServer, type IncomingHttpHeaders, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import { Webhook } from 'standardwebhooks'
import { vi } from 'vitest'
import type { Pace } from '../../activities/webhooks/retries.ts'

export type Receiver = Awaited<ReturnType<typeof startReceiver>>
export type Received = ReturnType<typeof read>

/** What the receiver does with a delivery: answers, stays silent, or ends the connection. */
export type Reaction = (response: ServerResponse, received: Received) => unknown

/** Fast retries, so that tests need not wait. */
export const QUICK: Pace = {
  ...{ pollMs: 50, idleMs: 10_000 },
  ...{ answerWithinMs: 400, claimMs: 1_000, delaysMs: [50] },
}

export const answer =
  (status: number, body = '', headers: Record<string, string> = {}) =>
  (response: ServerResponse) =>
    response.writeHead(status, headers).end(body)

/** A server on this machine that remembers what was posted to it. */
export async function startReceiver(react: Reaction = answer(200)) {
  const received: Received[] = []
  const state = { react }
  const server = createServer(async (request, response) => {
    let body = ''
    for await (const chunk of request) body += chunk
    const one = read(request.headers, body)
    received.push(one)
    await state.react(response, one)
  })
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  const { port } = server.address() as AddressInfo

  return {
    url: `http://127.0.0.1:${port}/hook`,
    port,
    received,
    /** From now on. */
    reactWith(next: Reaction) {
      state.react = next
    },
    until: (isSo: (all: Received[]) => boolean, timeout = 10_000) =>
      vi.waitFor(
        () => {
          const told = () => received.map(({ id, event }) => `${event.id} ${event.type} ${id}`)
          if (!isSo(received)) throw new Error(`Received only:\n${told().join('\n')}`)
          return received
        },
        { timeout, interval: 20 },
      ),
    close() {
      server.closeAllConnections()
      server.close()
    },
  }
}

function read(headers: IncomingHttpHeaders, text: string) {
  const { type, timestamp, data } = JSON.parse(text)
  return {
    id: String(headers['webhook-id']),
    type: type as string,
    timestamp: timestamp as string,
    // biome-ignore lint/suspicious/noExplicitAny: tests read whatever the contract says is there
    event: data as any,
    headers,
    text,
    /** Throws unless the signature is this secret's. */
    verify: (secret: string) => new Webhook(secret).verify(text, headers as Record<string, string>),
  }
}
