import { randomUUID } from 'node:crypto'
import { setTimeout as pause } from 'node:timers/promises'
import { serve } from '@hono/node-server'
import { Client, Connection } from '@temporalio/client'
import { eq } from 'drizzle-orm'
import { drizzle } from 'drizzle-orm/postgres-js'
import { Hono } from 'hono'
import postgres from 'postgres'
import { commands, conversations, createTables } from './schema.ts'
import type { naive } from './workflow.ts'

const POLL_MS = 50

const db = drizzle(postgres(process.env.DATABASE_URL as string, { onnotice: () => {} }))
const connection = await Connection.connect({ address: process.env.TEMPORAL_ADDRESS as string })
const client = new Client({ connection })
await createTables(db)

const app = new Hono()
app.get('/readyz', (c) => c.text('ready'))
app.post('/v1/conversations', async (c) => {
  const { id } = await c.req.json()
  await db.insert(conversations).values({ id })
  return c.json({ id }, 201)
})
app.post('/v1/conversations/:id/takeover', async (c) => {
  const { userId, text } = await c.req.json()
  const conversationId = c.req.param('id')
  const command = { id: randomUUID(), conversationId, userId, text }
  await db.insert(commands).values(command)
  await client.workflow.signalWithStart<typeof naive, [string]>('naive', {
    ...{ workflowId: `naive/${conversationId}`, taskQueue: 'naive', args: [conversationId] },
    ...{ signal: 'takeover', signalArgs: [command.id] },
  })
  await settled(command.id)
  const [conversation] = await db
    .select()
    .from(conversations)
    .where(eq(conversations.id, conversationId))
  const assignee = { id: conversation?.assigneeId }
  return c.json({ conversation: { id: conversationId, assignee } })
})
serve({ fetch: app.fetch, port: Number(process.env.PORT), hostname: '127.0.0.1' })

async function settled(id: string): Promise<void> {
  for (;;) {
    const [row] = await db.select().from(commands).where(eq(commands.id, id))
    if (row?.settledAt) return
    await pause(POLL_MS)
  }
}
