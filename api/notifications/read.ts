import { createRoute } from '@hono/zod-openapi'
import { notificationShape } from '../../contract/notification.ts'
import { idParam } from '../../contract/schemas/base.ts'
import { notificationSchema, readSchema } from '../../contract/schemas/notification.ts'
import { json, noBody, refusalsOfWrite } from '../../contract/schemas/problem.ts'
import { readNotification, readNotifications } from '../../db/notifications.ts'
import { createRouter, type Deps, userOf } from '../context.ts'
import { notFound } from '../problem-error.ts'

const tags = ['Notifications']

const readOne = createRoute({
  method: 'post',
  path: '/v1/notifications/{id}/read',
  tags,
  summary: 'Mark one as read; a second time changes nothing',
  request: { params: idParam, body: noBody },
  responses: { 200: json(notificationSchema, 'The notification'), ...refusalsOfWrite('not_found') },
})

const readAll = createRoute({
  method: 'post',
  path: '/v1/notifications/read',
  tags,
  summary: 'Mark all that there are as read',
  request: { body: noBody },
  responses: { 200: json(readSchema, 'How many were unread'), ...refusalsOfWrite() },
})

/** A user's own notifications, marked as read; another's are absent. */
export function readNotificationRoutes({ db }: Deps) {
  const router = createRouter()
  router.openapi(readOne, async (c) => {
    const row = await readNotification(db, userOf(c), c.req.valid('param').id)
    if (!row) throw notFound()
    return c.json(notificationShape(row), 200)
  })
  router.openapi(readAll, async (c) =>
    c.json({ read: await readNotifications(db, userOf(c)) }, 200),
  )
  return router
}
