import type { MiddlewareHandler } from 'hono'
import { Hono } from 'hono'
import { routePath } from 'hono/route'
import { collectDefaultMetrics, Gauge, Histogram, Registry } from 'prom-client'
import type { Deps, Env } from '../context.ts'

/** Measures requests by route, never by path, so that no id becomes a label; and counts open event streams. */
export function createMetrics({ events }: Pick<Deps, 'events'>) {
  const registry = new Registry()
  collectDefaultMetrics({ register: registry })
  const requests = new Histogram({
    name: 'baton_http_request_duration_seconds',
    help: 'Time to answer, by method, route and status',
    labelNames: ['method', 'route', 'status'],
    buckets: [0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30],
    registers: [registry],
  })

  new Gauge({
    name: 'baton_event_readers',
    help: 'Event streams open in this process',
    registers: [registry],
    collect() {
      this.set(events.count())
    },
  })

  const measure: MiddlewareHandler<Env> = async (c, next) => {
    const stop = requests.startTimer()
    await next()
    stop({ method: c.req.method, route: routePath(c, -1), status: c.res.status })
  }

  const router = new Hono<Env>()
  router.get('/metrics', async (c) =>
    c.body(await registry.metrics(), 200, { 'content-type': registry.contentType }),
  )
  return { measure, router }
}
