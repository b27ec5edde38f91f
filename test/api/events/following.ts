import { once } from 'node:events'
import type { Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import { serve } from '@hono/node-server'
import { createParser } from 'eventsource-parser'
import { expect, vi } from 'vitest'
import { type NewEvent, recordEvents } from '../../../db/events/record.ts'
import type { TestApi } from '../../harness/api.ts'
import type { Caller } from '../../harness/caller.ts'
import { expectStatus } from '../../harness/workspace.ts'

/** The contract's Event. */
export type Told = {
  id: string
  type: string
  at: string
  conversationId: string | null
  // biome-ignore lint/suspicious/noExplicitAny: tests read whatever the contract says is there
  data: any
}

export type Served = Awaited<ReturnType<typeof served>>

/** The API behind a real HTTP server, as it runs: sockets are what streams are about. */
export async function served({ app }: TestApi) {
  const { Request, Response } = globalThis
  const server = serve({ fetch: app.fetch, hostname: '127.0.0.1', port: 0 }) as Server
  await once(server, 'listening')
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`
  const follow = (who: Caller, query = '', headers: Record<string, string> = {}) =>
    following(`${url}/v1/events${query}`, {
      authorization: `Bearer ${who.token}`,
      accept: 'text/event-stream',
      ...headers,
    })
  async function close(): Promise<void> {
    server.closeAllConnections()
    await new Promise((resolve) => server.close(resolve))
    // The server has put its own in their place.
    Object.assign(globalThis, { Request, Response })
  }
  return { url, server, follow, close }
}

export type Following = Awaited<ReturnType<typeof following>>

/** An open stream and what it has told so far; resolves once its headers are there. */
export async function following(url: string, headers: Record<string, string>) {
  const cutting = new AbortController()
  const response = await fetch(url, { headers, signal: cutting.signal })
  const events: Told[] = []
  const comments: string[] = []
  const parser = createParser({
    onComment: (comment) => comments.push(comment),
    onEvent: ({ id, event, data }) => {
      const told = JSON.parse(data) as Told
      expect({ id, event }).toEqual({ id: told.id, event: told.type })
      events.push(told)
    },
  })
  const reading = async () => {
    const utf8 = new TextDecoder()
    for await (const bytes of response.body ?? []) parser.feed(utf8.decode(bytes, { stream: true }))
    return 'ended' as const
  }
  const ended = reading().catch(() => 'cut' as const)
  return {
    response,
    events,
    comments,
    /** How it came to its end. */
    ended,
    cut: async () => {
      cutting.abort()
      await ended
    },
    /** The ids told once there are so many, or the one whose id this is. */
    async told(until: number | { id: string }): Promise<string[]> {
      const isThere = () =>
        typeof until === 'number'
          ? events.length >= until
          : events.some((event) => event.id === until.id)
      await vi.waitFor(() => expect(isThere()).toBe(true), { timeout: 10_000, interval: 5 })
      return idsOf(events)
    },
  }
}

/** Everything the list tells `who`, page by page. */
export async function listed(who: Caller, query: Record<string, string> = {}): Promise<Told[]> {
  const all: Told[] = []
  let cursor: string | null = null
  do {
    const page = new URLSearchParams({ limit: '200', ...query, ...(cursor && { cursor }) })
    const accept = { accept: 'application/json' }
    const { items, nextCursor } = expectStatus(await who.get(`/v1/events?${page}`, accept), 200)
    all.push(...items)
    cursor = nextCursor
  } while (cursor)
  return all
}

export const idsOf = (events: Told[]) => events.map((event) => event.id)

/** Something that has to do with no conversation happens so many times, in one transaction. */
export async function happens(api: TestApi, workspaceId: string, times: number, text = '') {
  const newEvent: NewEvent = { type: 'user.presence_changed', data: { text } }
  await api.database.client.db.transaction((tx) =>
    recordEvents(tx, workspaceId, Array(times).fill(newEvent)),
  )
}
