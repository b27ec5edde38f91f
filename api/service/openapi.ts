import type { OpenAPIHono } from '@hono/zod-openapi'
import type { Env } from '../context.ts'

/** `/openapi.json`, generated from the schemas that validate. */
export function describeApi(app: OpenAPIHono<Env>): void {
  app.openAPIRegistry.registerComponent('securitySchemes', 'token', {
    type: 'http',
    scheme: 'bearer',
  })
  app.doc31('/openapi.json', {
    openapi: '3.1.0',
    info: {
      title: 'Baton',
      version: '1',
      description: 'Who holds this conversation now?',
    },
    security: [{ token: [] }],
  })
}
