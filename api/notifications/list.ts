import { createRoute, z } from '@hono/zod-openapi'
import { notificationShape } from '../../contract/notification.ts'
import { pageQuery } from '../../contract/schemas/list.ts'
import { notificationsSchema } from '../../contract/schemas/notification.ts'
import { json, refusals } from '../../contract/schemas/problem.ts'
import { countUnread, listNotifications, type NotificationRow } from '../../db/notifications.ts'
import { createRouter, type Deps, userOf } from '../context.ts'
import { keys, page, readPage } from '../paging.ts'

const query = z.object({ ...pageQuery, unread: z.literal('true').optional() })
const key = z.object({ at: keys.instant, id: keys.id })

const route = createRoute({
  method: 'get',
  path: '/v1/notifications',
  tags: ['Notifications'],
  summary: 'What the user who asks was told, newest first',
  request: { query },
  responses: { 200: json(notificationsSchema, 'A page'), ...refusals() },
})

export function listNotificationsRoute({ db }: Deps) {
  const router = createRouter()
  router.openapi(route, async (c) => {
    const user = userOf(c)
    const asked = c.req.valid('query')
    const unread = asked.unread === 'true'
    const scope = ['notifications', user.id, unread]
    const { limit, after: last } = readPage(asked, scope, key)
    const after = last && { at: new Date(last.at), id: last.id }
    const rows = await listNotifications(db, user.id, { unread, after, limit: limit + 1 })
    const listed = page(rows, { limit }, scope, notificationShape, keyOf)
    return c.json({ ...listed, unreadCount: await countUnread(db, user.id) }, 200)
  })
  return router
}

const keyOf = (row: NotificationRow) => ({ at: row.at.toISOString(), id: row.id })
