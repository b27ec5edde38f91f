import { createRequire } from 'node:module'
import { dirname } from 'node:path'
import { serveStatic } from '@hono/node-server/serve-static'
import { swaggerUI } from '@hono/swagger-ui'
import { Hono } from 'hono'
import type { Env } from '../context.ts'

/** The page loads its parts from this host, not from a CDN. */
const PAGE = {
  title: 'Baton API',
  url: '/openapi.json',
  baseUrl: '/docs',
  deepLinking: true,
  persistAuthorization: true,
  validatorUrl: 'none',
}

const packages = dirname(
  dirname(createRequire(import.meta.url).resolve('swagger-ui-dist/package.json')),
)

/** `/docs`: shows `/openapi.json` in a browser, using this host alone. */
export function docsRoutes() {
  const router = new Hono<Env>()
  router.get('/docs', swaggerUI(PAGE))
  router.get(
    '/docs/swagger-ui-dist/:asset{swagger-ui(-bundle)?\\.(css|js)}',
    serveStatic({ root: packages, rewriteRequestPath: (path) => path.replace(/^\/docs/, '') }),
  )
  return router
}
