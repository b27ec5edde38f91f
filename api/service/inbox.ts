import { fileURLToPath } from 'node:url'
import { serveStatic } from '@hono/node-server/serve-static'
import { Hono, type MiddlewareHandler } from 'hono'
import { secureHeaders } from 'hono/secure-headers'
import type { Env } from '../context.ts'
import { problemResponse } from '../problems.ts'

/** Where the build puts the pages, seen from the sources or from `dist`. */
const built = import.meta.url.endsWith('.ts') ? '../../dist/public' : '../../public'
const root = fileURLToPath(new URL(built, import.meta.url))

/** Everything comes from this host; nothing is run or styled that stands in the page itself. */
const secure = secureHeaders({
  contentSecurityPolicy: {
    defaultSrc: ["'none'"],
    scriptSrc: ["'self'"],
    styleSrc: ["'self'"],
    imgSrc: ["'self'"],
    connectSrc: ["'self'"],
    baseUri: ["'none'"],
    formAction: ["'none'"],
    frameAncestors: ["'none'"],
  },
  referrerPolicy: 'no-referrer',
  // Whether its host is reached by TLS alone is for whoever runs it to say.
  strictTransportSecurity: false,
  xFrameOptions: 'DENY',
})

/** The name of an asset holds a hash of its content; the page itself is asked for each time. */
const cached: MiddlewareHandler<Env> = async (c, next) => {
  await next()
  const isAsset = c.req.path.startsWith('/inbox/assets/') && c.res.ok
  c.header('cache-control', isAsset ? 'public, max-age=31536000, immutable' : 'no-cache')
}

/** `/inbox`: the page of live agents, whatever its address within; `/` leads a browser there. */
export function inboxRoutes() {
  const router = new Hono<Env>()
  router.get('/', (c) => {
    const isBrowser = c.req.header('accept')?.includes('text/html')
    return isBrowser ? c.redirect('/inbox') : problemResponse(c, 'not_found')
  })
  router.use('/inbox/*', secure, cached)
  router.use('/inbox', secure, cached)
  router.get('/inbox/assets/*', serveStatic({ root, precompressed: true }))
  router.get('/inbox/icon.svg', serveStatic({ root, precompressed: true }))
  const page = serveStatic({ root, path: 'inbox/index.html', precompressed: true })
  router.get('/inbox', page)
  router.get('/inbox/*', async (c, next) =>
    isFile(c.req.path) ? problemResponse(c, 'not_found') : page(c, next),
  )
  return router
}

/** An address that names a file is not one within the page: what is missing is 404. */
function isFile(path: string): boolean {
  return /\.\w+$/.test(path) || path.startsWith('/inbox/assets/')
}
