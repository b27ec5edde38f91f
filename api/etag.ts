import { createHash } from 'node:crypto'
import type { Context } from 'hono'
import type { Env } from './context.ts'

/**
 * JSON with a strong ETag of its text; 304 without it when it is as If-None-Match says. Hono's own
 * middleware reads the whole answer again, which costs as much as all else of a small one.
 * Source: RFC 9110, 13.1.2.
 */
export function jsonWithEtag(c: Context<Env>, value: unknown) {
  const body = JSON.stringify(value)
  const etag = `"${createHash('sha1').update(body).digest('hex')}"`
  if (isAsKnown(etag, c.req.header('if-none-match'))) return c.body(null, 304, { etag })
  return c.body(body, 200, { etag, 'content-type': 'application/json' })
}

function isAsKnown(etag: string, ifNoneMatch: string | undefined): boolean {
  if (ifNoneMatch === undefined) return false
  // Compared weakly: a cache may have made it weak.
  const tags: string[] = ifNoneMatch.match(/"[^"]*"/g) ?? []
  return ifNoneMatch.trim() === '*' || tags.includes(etag)
}
