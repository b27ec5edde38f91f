import { z } from '@hono/zod-openapi'
import type { ProblemCode } from '../problem.ts'
import { problems } from '../problem.ts'

const codes = Object.keys(problems) as [ProblemCode, ...ProblemCode[]]

export const problemSchema = z
  .looseObject({
    type: z.string(),
    title: z.string(),
    status: z.int(),
    code: z.enum(codes),
    detail: z.string(),
    requestId: z.string(),
    commandId: z.string().optional(),
  })
  .openapi('Problem')

/** How every route answers when it does not do what was asked. */
export const problemResponses = {
  default: {
    description: 'A problem; its `code` says which',
    content: { 'application/problem+json': { schema: problemSchema } },
  },
}

/** The usual JSON body of a request or an answer. */
export function json<T extends z.ZodType>(schema: T, description: string) {
  return { description, content: { 'application/json': { schema } } }
}

/** A JSON body that a request must carry. */
export function body<T extends z.ZodType>(schema: T) {
  return { required: true, content: { 'application/json': { schema } } }
}

/** A body that has nothing in it, and may be left out. */
export const noBody = { content: { 'application/json': { schema: z.strictObject({}) } } }
