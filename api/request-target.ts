import type { MiddlewareHandler } from 'hono'
import type { Env } from './context.ts'
import { invalidRequest } from './problem-error.ts'

/** 400 for a path or query that is not percent-encoded UTF-8: decoded, it would be another text. */
export const targetIsUtf8: MiddlewareHandler<Env> = async (c, next) => {
  if (!c.req.url.includes('%')) return next()
  const [path = '', ...query] = c.req.url.split('?')
  if (!decodes(path)) throw invalidRequest('', 'The path must be percent-encoded UTF-8')
  for (const parameter of query.join('?').split('&')) {
    const [name = ''] = parameter.split('=')
    if (!decodes(parameter)) throw invalidRequest(name, 'must be percent-encoded UTF-8')
  }
  await next()
}

function decodes(encoded: string): boolean {
  try {
    decodeURIComponent(encoded)
    return true
  } catch {
    return false
  }
}
