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
