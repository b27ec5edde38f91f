import { createRouter, type Deps } from '../context.ts'
import { beginShiftChangeRoute } from './begin.ts'
import { shiftChangeReadRoutes } from './read.ts'

/** Shift changes: everything a user holds, passed on one by one. */
export function shiftChangeRoutes(deps: Deps) {
  const router = createRouter()
  router.route('/', beginShiftChangeRoute(deps))
  router.route('/', shiftChangeReadRoutes(deps))
  return router
}
