import { Agent, request } from 'undici'

// biome-ignore lint/suspicious/noExplicitAny: whatever the contract says is there
export type Answer = { status: number; body: any }

/** One request, and what its answer must be. */
export type Ask = {
  /** What it is one of, such as `takeover`. */
  kind: string
  method: 'GET' | 'POST'
  path: string
  token?: string
  body?: unknown
  isRight: (answer: Answer) => boolean
}

/** What one client asks, without end; it is told each answer. */
export type Script = Generator<Ask, never, Answer>

/** Goes through a script, asking one request after another. */
export function clientWith(script: Script) {
  let last: Answer = { status: 0, body: null }
  return {
    next: (): Ask => script.next(last).value,
    told(answer: Answer): void {
      last = answer
    },
  }
}

export type Client = ReturnType<typeof clientWith>

/** Asks over connections that are kept alive, one per client. */
export function openAsker(url: string, connections: number) {
  const dispatcher = new Agent({ connections, pipelining: 1, keepAliveTimeout: 60_000 })
  return {
    async ask({ method, path, token, body }: Ask): Promise<Answer> {
      const answer = await request(url + path, {
        dispatcher,
        method,
        headers: {
          ...(token && { authorization: `Bearer ${token}` }),
          ...(body !== undefined && { 'content-type': 'application/json' }),
        },
        body: body === undefined ? null : JSON.stringify(body),
      })
      return { status: answer.statusCode, body: await answer.body.json() }
    },
    close: () => dispatcher.close(),
  }
}

export type Asker = ReturnType<typeof openAsker>
