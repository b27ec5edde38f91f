import { randomUUID } from 'node:crypto'
import { serve } from '@hono/node-server'
import { Hono } from 'hono'
import { keepWorking } from '../../../bin/run/keep-working.ts'
import { openLog } from '../../../bin/run/log.ts'
import { logThrough } from '../../../bin/run/runtime.ts'
import { openTemporal } from '../../../bin/run/temporal.ts'
import { forConversations } from '../../../bin/run/worker.ts'
import { readSettings, resolveSettings } from '../../../bin/settings.ts'
import type { floor } from './workflow.ts'

export type Takeover = { commandId: string; userId: string }
export type Activities = { settle(takeover: Takeover): Promise<void> }

/** What Temporal itself costs: no database, and the answer within the process. */
const settings = resolveSettings(readSettings(process.env))
const log = openLog('floor', settings)
logThrough(log)
const { client } = openTemporal(settings)
const taskQueue = 'floor'
const waiters = new Map<string, (holder: string) => void>()

const activities: Activities = {
  async settle({ commandId, userId }) {
    waiters.get(commandId)?.(userId)
    waiters.delete(commandId)
  },
}
const { temporalAddress: address, temporalNamespace: namespace } = settings
const workflowBundle = { codePath: process.env.WORKFLOW_BUNDLE as string }
keepWorking({
  ...{ address, log, prepare: async () => {} },
  options: { namespace, taskQueue, workflowBundle, activities, ...forConversations },
})

const app = new Hono()
app.get('/readyz', (c) => c.text('ready'))
app.post('/v1/conversations/:id/takeover', async (c) => {
  const { userId } = await c.req.json()
  const id = c.req.param('id')
  const takeover: Takeover = { commandId: randomUUID(), userId }
  const settled = new Promise<string>((resolve) => waiters.set(takeover.commandId, resolve))
  await client.workflow.signalWithStart<typeof floor, [Takeover]>('floor', {
    ...{ workflowId: `floor/${id}`, taskQueue, args: [id] },
    ...{ signal: 'takeover', signalArgs: [takeover] },
  })
  return c.json({ conversation: { id, assignee: { id: await settled } } })
})
serve({ fetch: app.fetch, port: settings.port, hostname: settings.host })
