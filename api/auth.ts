import { timingSafeEqual } from 'node:crypto'
import type { MiddlewareHandler } from 'hono'
import { hashToken } from '../db/ids.ts'
import { findPrincipalByToken } from '../db/people/principals.ts'
import type { Deps, Env } from './context.ts'
import { ProblemError } from './problem-error.ts'

const BEARER = /^Bearer +([\x21-\x7e]{1,200})$/i

/** Finds the caller by the bearer token; 401 when nobody has that token. */
export function authenticate({ db, rootTokenHash }: Deps): MiddlewareHandler<Env> {
  const root = Buffer.from(rootTokenHash, 'hex')
  return async (c, next) => {
    const token = BEARER.exec(c.req.header('authorization') ?? '')?.[1]
    if (!token) {
      throw new ProblemError('unauthenticated', { detail: 'Send Authorization: Bearer <token>' })
    }
    const hash = hashToken(token)
    const isRoot = timingSafeEqual(Buffer.from(hash, 'hex'), root)
    const caller = isRoot ? { type: 'root' as const } : await findPrincipalByToken(db, hash)
    if (!caller) throw new ProblemError('unauthenticated', { detail: 'Nobody has this token' })
    c.set('caller', caller)
    c.set('tokenHash', hash)
    await next()
  }
}
