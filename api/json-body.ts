import type { MiddlewareHandler } from 'hono'
import type { Env } from './context.ts'
import { invalidRequest } from './problem-error.ts'

/** Fatal: a body with a broken byte would otherwise be stored as another text. */
const utf8 = new TextDecoder('utf-8', { fatal: true })

/**
 * Reads a body as JSON text in UTF-8, 400 otherwise; an empty one, of whatever type, as `{}`, so
 * that `POST …/close` needs none.
 */
export const bodyIsText: MiddlewareHandler<Env> = async (c, next) => {
  // Without a content type the body must be empty; a later step refuses any other.
  const type = c.req.method === 'GET' ? undefined : c.req.header('content-type')
  if (type === undefined) return next()
  const bytes = await c.req.arrayBuffer()
  if (bytes.byteLength === 0) c.req.raw.headers.set('content-type', 'application/json')
  const text = bytes.byteLength === 0 ? '{}' : decode(bytes, type)
  mustBeSound(text)
  Object.assign(c.req.bodyCache, { text: Promise.resolve(text) })
  await next()
}

function decode(bytes: ArrayBuffer, type: string): string {
  const charset = /;\s*charset\s*=\s*"?([^\s;"]*)/i.exec(type)?.[1] ?? 'utf-8'
  if (!/^utf-?8$/i.test(charset)) throw invalidRequest('', 'The charset of a body is UTF-8')
  try {
    return utf8.decode(bytes)
  } catch {
    throw invalidRequest('', 'The body must be UTF-8')
  }
}

/**
 * 400 for a key `__proto__`, which parsing would lose, and for half of a surrogate pair, which
 * UTF-8 cannot carry. Text that is not JSON is refused later.
 */
function mustBeSound(text: string): void {
  // Only an escape sequence or the key itself can produce them.
  if (!/\\u|__proto__/.test(text)) return
  const open: [path: string, value: unknown][] = [['', parsed(text)]]
  // Not recursive: the value may be nested deeper than the stack allows.
  for (let next = open.pop(); next; next = open.pop()) {
    const [path, value] = next
    if (typeof value === 'string') mustBeWellFormed(path, value)
    if (typeof value !== 'object' || value === null) continue
    for (const [key, inner] of Object.entries(value)) {
      const at = path === '' ? key : `${path}.${key}`
      if (key === '__proto__') throw invalidRequest(at, 'There is no such field')
      mustBeWellFormed(path, key)
      open.push([at, inner])
    }
  }
}

function mustBeWellFormed(path: string, text: string): void {
  if (!text.isWellFormed()) throw invalidRequest(path, 'must be well-formed Unicode')
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    return undefined
  }
}
