import { z } from '@hono/zod-openapi'
import { plans, refusalCodes, targetReasons } from '../../domain/words.ts'
import { type ProblemCode, problems } from '../problem.ts'
import { holder } from './base.ts'

const whoHoldsIt = {
  assignee: holder.extend({ name: z.string() }).nullable(),
  epoch: z.int(),
}

/** What a problem carries beyond the common members. */
const members: Partial<Record<ProblemCode, z.ZodRawShape>> = {
  invalid_request: { errors: z.array(z.object({ path: z.string(), message: z.string() })) },
  plan_required: { plan: z.enum(plans), requiredPlan: z.enum(plans) },
  conversation_closed: whoHoldsIt,
  not_assignee: whoHoldsIt,
  assignee_changed: whoHoldsIt,
  target_not_permitted: { reason: z.enum(targetReasons) },
  handover_running: { handoverId: z.string() },
  position_expired: { oldest: z.string().openapi({ description: 'The oldest event kept' }) },
}

const ofCommand = {
  commandId: z.string().optional().openapi({ description: 'Of a command that was settled so' }),
}
const isOfCommand = (code: ProblemCode) => (refusalCodes as readonly string[]).includes(code)

function schemaOf(code: ProblemCode) {
  const [status, title] = problems[code]
  return z
    .object({
      type: z.literal(`urn:baton:problem:${code}`),
      title: z.string(),
      status: z.literal(status),
      code: z.literal(code),
      detail: z.string(),
      requestId: z.string(),
      ...(isOfCommand(code) && ofCommand),
      ...members[code],
    })
    .openapi(problemNameOf(code), { description: title })
}

/** What the document calls it: `not_assignee` is `NotAssigneeProblem`. */
export function problemNameOf(code: ProblemCode): string {
  const words = code.split('_').map((word) => word.charAt(0).toUpperCase() + word.slice(1))
  return `${words.join('')}Problem`
}

export const problemCodes = Object.keys(problems) as ProblemCode[]

/** The problem of each code. */
export const problemSchemas = Object.fromEntries(
  problemCodes.map((code) => [code, schemaOf(code)]),
) as Record<ProblemCode, ReturnType<typeof schemaOf>>

/** One of these problems, told apart by its `code`. */
export function oneOfProblems([first, ...others]: readonly ProblemCode[]) {
  if (first === undefined) throw new Error('There is no problem without a code')
  if (others.length === 0) return problemSchemas[first]
  const these = [problemSchemas[first], ...others.map((code) => problemSchemas[code])] as const
  return z.discriminatedUnion('code', these)
}

/** Any problem. */
export const problemSchema = oneOfProblems(problemCodes).openapi('Problem')
