import { Hono } from 'hono'
import { listDemoPeople } from '../../db/people/demo-people.ts'
import type { Deps, Env } from '../context.ts'
import { problemResponse } from '../problems.ts'

const LOOPBACK = /^(localhost|127\.0\.0\.1|\[::1\])(:\d+)?$/

/**
 * Who is in the demo, and a token to be one of them with a click: only of a demo, and only for a
 * page of this very host on this machine, not for one that another site has led here.
 */
export function demoRoutes({ db, demoTokens }: Pick<Deps, 'db' | 'demoTokens'>) {
  const router = new Hono<Env>()
  if (!demoTokens) return router
  router.use('/demo/*', async (c, next) => {
    const site = c.req.header('sec-fetch-site') ?? 'none'
    const isOurs = site === 'same-origin' || site === 'none'
    if (!isOurs || !LOOPBACK.test(c.req.header('host') ?? ''))
      return problemResponse(c, 'not_found')
    c.header('cache-control', 'no-store')
    return next()
  })
  router.get('/demo/people', async (c) =>
    c.json({ items: await listDemoPeople(db, [...demoTokens.keys()]) }),
  )
  router.post('/demo/people/:id/sign-in', (c) => {
    const token = demoTokens.get(c.req.param('id'))
    return token ? c.json({ token }) : problemResponse(c, 'not_found')
  })
  return router
}
