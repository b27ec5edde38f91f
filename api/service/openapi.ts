import type { OpenAPIHono } from '@hono/zod-openapi'
import { describeProblem } from '../../contract/schemas/problem.ts'
import {
  problemCodes,
  problemNameOf,
  problemSchema,
} from '../../contract/schemas/problem-by-code.ts'
import type { Env } from '../context.ts'

/** `/openapi.json`, generated from the schemas that validate. */
export function describeApi(app: OpenAPIHono<Env>): void {
  const registry = app.openAPIRegistry
  registry.registerComponent('securitySchemes', 'token', {
    type: 'http',
    scheme: 'bearer',
  })
  // No route answers with just any: it is what a client that knows no route reads.
  registry.register('Problem', problemSchema)
  for (const code of problemCodes) {
    registry.registerComponent('responses', problemNameOf(code), describeProblem(code))
  }
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
