import { OpenAPIHono } from '@hono/zod-openapi'
import { requestId } from 'hono/request-id'
import { authenticate } from './auth.ts'
import { receiveBody } from './body.ts'
import { forItsReader } from './caching.ts'
import { readCommandRoute } from './commands/read.ts'
import { commandRoutes } from './commands/routes.ts'
import type { Deps, Env } from './context.ts'
import { createConversationRoute } from './conversations/create.ts'
import { listConversationsRoute } from './conversations/list.ts'
import { readConversationRoute } from './conversations/read.ts'
import { recordRoutes } from './conversations/record.ts'
import { targetsRoute } from './conversations/targets.ts'
import { answerInTime } from './deadline.ts'
import { eventsRoute } from './events/route.ts'
import { bodyIsText } from './json-body.ts'
import { listMessagesRoute } from './messages/list.ts'
import { postMessageRoute } from './messages/post.ts'
import { answerUnrouted } from './methods.ts'
import { listNotificationsRoute } from './notifications/list.ts'
import { readNotificationRoutes } from './notifications/read.ts'
import { peopleRoutes } from './people/index.ts'
import { answerError, answerInvalid } from './problems.ts'
import { targetIsUtf8 } from './request-target.ts'
import { demoRoutes } from './service/demo.ts'
import { docsRoutes } from './service/docs.ts'
import { healthRoutes } from './service/health.ts'
import { inboxRoutes } from './service/inbox.ts'
import { createMetrics } from './service/metrics.ts'
import { describeApi } from './service/openapi.ts'
import { shiftChangeRoutes } from './shift-changes/index.ts'
import { webhookRoutes } from './webhooks/index.ts'

/** The whole HTTP contract, in the order in which a request passes it. */
export function createApp(deps: Deps) {
  const app = new OpenAPIHono<Env>({ defaultHook: answerInvalid })
  const metrics = createMetrics(deps)

  app.onError(answerError(deps.log))
  app.notFound(answerUnrouted(app))

  app.use(requestId({ limitLength: 200 }))
  app.use(metrics.measure)
  app.route('/', healthRoutes(deps))
  app.route('/', metrics.router)
  app.route('/', docsRoutes())
  app.route('/', inboxRoutes())
  app.route('/', demoRoutes(deps))

  app.use('/v1/*', forItsReader)
  app.use('/v1/*', answerInTime)
  app.use('/v1/*', authenticate(deps))
  app.use('/v1/*', targetIsUtf8)
  app.use('/v1/*', receiveBody)
  app.use('/v1/*', bodyIsText)
  app.route('/', createConversationRoute(deps))
  app.route('/', listConversationsRoute(deps))
  app.route('/', readConversationRoute(deps))
  app.route('/', targetsRoute(deps))
  app.route('/', recordRoutes(deps))
  app.route('/', listMessagesRoute(deps))
  app.route('/', postMessageRoute(deps))
  app.route('/', commandRoutes(deps))
  app.route('/', readCommandRoute(deps))
  app.route('/', shiftChangeRoutes(deps))
  app.route('/', listNotificationsRoute(deps))
  app.route('/', readNotificationRoutes(deps))
  app.route('/', webhookRoutes(deps))
  app.route('/', eventsRoute(deps))
  app.route('/', peopleRoutes(deps))

  describeApi(app)
  return app
}
