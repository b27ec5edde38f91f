import type { Hono, NotFoundHandler } from 'hono'
import type { Env } from './context.ts'
import { problemResponse } from './problems.ts'

const METHODS = ['GET', 'POST', 'PUT', 'PATCH', 'DELETE']

/**
 * Answers what no route does: 405 with `Allow` where the path takes other methods, OPTIONS with
 * these methods alone, and 404 where there is no such path.
 */
export function answerUnrouted(app: Pick<Hono<Env>, 'router'>): NotFoundHandler<Env> {
  return (c) => {
    const methods = METHODS.filter((method) => isRouted(app, method, c.req.path))
    if (methods.length === 0) {
      return problemResponse(c, 'not_found', { detail: 'There is no such path' })
    }
    const head = methods.includes('GET') ? ['HEAD'] : []
    const allow = [...methods, ...head, 'OPTIONS'].join(', ')
    c.header('allow', allow)
    if (c.req.method === 'OPTIONS') return c.body(null, 204)
    return problemResponse(c, 'method_not_allowed', { detail: `This path takes ${allow}` })
  }
}

/** Whether a route takes this method here; middleware is registered for ALL methods and does not count. */
function isRouted({ router }: Pick<Hono<Env>, 'router'>, method: string, path: string): boolean {
  return router.match(method, path)[0].some(([[, route]]) => route.method !== 'ALL')
}
