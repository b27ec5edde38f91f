import { serve } from '@hono/node-server'
import { Hono } from 'hono'
import { connect } from '../../../db/driver.ts'
import { hashToken } from '../../../db/ids.ts'

/** What a read costs at least: whose token it is, and the rows; both statements prepared. */
const sql = connect(process.env.DATABASE_URL as string, { max: 20 })
const app = new Hono<{ Variables: { workspaceId: string } }>()
app.get('/readyz', (c) => c.text('ready'))
app.use('/v1/*', async (c, next) => {
  const hash = hashToken(c.req.header('authorization')?.slice('Bearer '.length) ?? '')
  const [token] = await sql`select workspace_id from tokens where hash = ${hash}`
  if (!token) return c.json({}, 401)
  c.set('workspaceId', token.workspace_id)
  await next()
})
app.get('/v1/conversations/:id', async (c) => {
  const [row] = await sql`
    select * from conversations
    where id = ${c.req.param('id')} and workspace_id = ${c.get('workspaceId')}`
  return c.json({ ...row, assignee: { id: row?.assignee_user_id } })
})
app.get('/v1/conversations', async (c) => {
  const items = await sql`
    select * from conversations where workspace_id = ${c.get('workspaceId')}
    order by last_activity_at desc, id desc limit ${Number(c.req.query('limit'))}`
  return c.json({ items })
})
app.get('/v1/conversations/:id/messages', async (c) => {
  const items = await sql`
    select * from messages
    where conversation_id = ${c.req.param('id')} and workspace_id = ${c.get('workspaceId')}
    order by number limit ${Number(c.req.query('limit'))}`
  return c.json({ items })
})
serve({ fetch: app.fetch, port: Number(process.env.PORT), hostname: '127.0.0.1' })
