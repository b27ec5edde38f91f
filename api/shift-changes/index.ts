import { createRouter, type Deps } from '../context.ts'
import { beginHandoverRoute } from './begin.ts'
import { handoverReadRoutes } from './read.ts'

/** Shift changes: everything a user holds, passed on one by one. */
export function handoverRoutes(deps: Deps) {
  const router = createRouter()
  router.route('/', beginHandoverRoute(deps))
  router.route('/', handoverReadRoutes(deps))
  return router
}
