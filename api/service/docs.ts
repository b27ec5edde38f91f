import { createRequire } from 'node:module'
import { dirname } from 'node:path'
import { serveStatic } from '@hono/node-server/serve-static'
import { Hono } from 'hono'
import type { Env } from '../context.ts'

const assets = dirname(createRequire(import.meta.url).resolve('swagger-ui-dist/package.json'))

const PAGE = `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>Baton API</title>
<link rel="stylesheet" href="/docs/swagger-ui.css">
</head>
<body>
<div id="docs"></div>
<script src="/docs/swagger-ui-bundle.js"></script>
<script src="/docs/start.js"></script>
</body>
</html>
`

const START = `SwaggerUIBundle({
  url: '/openapi.json',
  dom_id: '#docs',
  deepLinking: true,
  persistAuthorization: true,
  validatorUrl: null,
})
`

/** `/docs`: `/openapi.json` readable in a browser, from this host alone. */
export function docsRoutes() {
  const router = new Hono<Env>()
  router.get('/docs', (c) => c.html(PAGE))
  router.get('/docs/start.js', (c) => c.body(START, 200, { 'content-type': 'text/javascript' }))
  router.get(
    '/docs/:asset{swagger-ui(-bundle)?\\.(css|js)}',
    serveStatic({ root: assets, rewriteRequestPath: (path) => path.replace(/^\/docs/, '') }),
  )
  return router
}
