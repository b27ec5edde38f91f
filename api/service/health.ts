import { sql } from 'drizzle-orm'
import { Hono } from 'hono'
import { NOT_STORED } from '../caching.ts'
import type { Deps, Env } from '../context.ts'

/** How long either part may take to answer before the service counts as not ready. */
const ANSWER_WITHIN_MS = 2_000

/** `/healthz`: this process runs. `/readyz`: database and engine answer; else 503 and which one does not. */
export function healthRoutes({ db, engine }: Deps) {
  const router = new Hono<Env>()
  router.get('/healthz', (c) => c.json({ status: 'alive' }, 200, NOT_STORED))
  router.get('/readyz', async (c) => {
    const [database, temporal] = await Promise.all([
      answers(() => db.execute(sql`select 1 from workspaces limit 1`)),
      answers(() => engine.ping()),
    ])
    const ready = database && temporal
    const status = ready ? 'ready' : 'not ready'
    return c.json({ status, database, temporal }, ready ? 200 : 503, NOT_STORED)
  })
  return router
}

async function answers(ask: () => Promise<unknown>): Promise<boolean> {
  let timer: NodeJS.Timeout | undefined
  const tooLate = new Promise<boolean>((resolve) => {
    timer = setTimeout(resolve, ANSWER_WITHIN_MS, false)
  })
  try {
    const answered = ask().then(
      () => true,
      () => false,
    )
    return await Promise.race([answered, tooLate])
  } finally {
    clearTimeout(timer)
  }
}
