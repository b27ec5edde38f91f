import type { MiddlewareHandler } from 'hono'
import { bodyLimit } from 'hono/body-limit'
import type { Env } from './context.ts'
import { problemResponse } from './problems.ts'

const MAX_BODY_BYTES = 256 * 1024

/** 413 for a body over 256 KiB, whether it says its length or not. */
export const limitBody = bodyLimit({
  maxSize: MAX_BODY_BYTES,
  onError: (c) => problemResponse(c, 'payload_too_large', { detail: 'At most 256 KiB' }),
}) as MiddlewareHandler<Env>

/** Takes an absent body as `{}`, so that `POST …/close` needs none. */
export const absentBodyIsEmpty: MiddlewareHandler<Env> = async (c, next) => {
  // Without a content type an absent body is none; with one, curl and fetch mean an empty object.
  const announced = c.req.method !== 'GET' && c.req.header('content-type') !== undefined
  if (announced && (await c.req.text()) === '') {
    Object.assign(c.req.bodyCache, { text: Promise.resolve('{}') })
  }
  await next()
}
