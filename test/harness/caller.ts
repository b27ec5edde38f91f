/** An answer with its body parsed; `text` is the body byte for byte. */
export type Answered = {
  status: number
  // biome-ignore lint/suspicious/noExplicitAny: tests read whatever the contract says is there
  body: any
  text: string
  headers: Headers
}

type Fetch = (path: string, init: RequestInit) => Response | Promise<Response>

/** Somebody who calls the API with a token. */
export type Caller = ReturnType<typeof caller>

export function caller(fetch: Fetch, token: string) {
  async function send(
    method: string,
    path: string,
    body?: unknown,
    headers: Record<string, string> = {},
  ): Promise<Answered> {
    const init: RequestInit = {
      method,
      headers: { authorization: `Bearer ${token}`, ...headers },
    }
    if (body !== undefined) {
      init.body = typeof body === 'string' ? body : JSON.stringify(body)
      init.headers = { 'content-type': 'application/json', ...init.headers }
    }
    const response = await fetch(path, init)
    const text = await response.text()
    const isJson = /json/.test(response.headers.get('content-type') ?? '')
    const parsed = isJson && text !== '' ? JSON.parse(text) : null
    return { status: response.status, body: parsed, text, headers: response.headers }
  }

  return {
    token,
    send,
    get: (path: string, headers?: Record<string, string>) => send('GET', path, undefined, headers),
    post: (path: string, body?: unknown, headers?: Record<string, string>) =>
      send('POST', path, body, headers),
    put: (path: string, body?: unknown) => send('PUT', path, body),
    patch: (path: string, body?: unknown) => send('PATCH', path, body),
    delete: (path: string) => send('DELETE', path),
  }
}
