import { problemSchemas } from '../../contract/schemas/problem-by-code.ts'

type Schema = { $ref?: string; oneOf?: Schema[]; properties?: { code: { enum: string[] } } }
type Answers = { $ref?: string; content?: Record<string, { schema: Schema }> }
type Document = {
  paths: Record<string, Record<string, { responses: Record<string, Answers> }>>
  components: { schemas: Record<string, Schema>; responses: Record<string, Answers> }
}
type Fetching = {
  fetch(request: Request, ...rest: never[]): Response | Promise<Response>
  request(path: string): Response | Promise<Response>
}

/** One route of the document: its answers by status, each with the codes that it may carry. */
export type Operation = { method: string; path: string; answers: Map<number, string[]> }

/** Every route that the app's own document describes. */
export async function operationsOf(app: Pick<Fetching, 'request'>): Promise<Operation[]> {
  const { paths, components } = (await (await app.request('/openapi.json')).json()) as Document
  return Object.entries(paths).flatMap(([path, methods]) =>
    Object.entries(methods).map(([method, { responses }]) => {
      const answers = Object.entries(responses).map(
        ([status, answer]) => [Number(status), codesIn(answer, components)] as const,
      )
      return { method: method.toUpperCase(), path, answers: new Map(answers) }
    }),
  )
}

/** None where it is no problem. */
function codesIn({ $ref, content }: Answers, components: Document['components']): string[] {
  if ($ref) return codesIn(components.responses[lastOf($ref)] as Answers, components)
  const schema = content?.['application/problem+json']?.schema
  return schema ? codesOf(schema, components.schemas) : []
}

function codesOf({ $ref, oneOf, properties }: Schema, schemas: Record<string, Schema>): string[] {
  if ($ref) return codesOf(schemas[lastOf($ref)] as Schema, schemas)
  return oneOf?.flatMap((one) => codesOf(one, schemas)) ?? properties?.code.enum ?? []
}

const lastOf = ($ref: string) => $ref.split('/').at(-1) as string

/**
 * Has the app compare every answer with its own document: one that the route's description lacks
 * rejects there and then. `undocumented` keeps them, for where nobody looks at the answer.
 */
export function mustBeDocumented(app: Fetching): { undocumented: string[] } {
  const undocumented: string[] = []
  const answer = app.fetch
  let operations: Promise<Operation[]> | undefined
  app.fetch = async (request, ...rest) => {
    const response = await answer(request, ...rest)
    const path = new URL(request.url).pathname
    if (!path.startsWith('/v1/')) return response
    operations ??= operationsOf(app)
    const operation = routed(await operations, request.method, path)
    const wrong = operation && (await whatIsWrong(operation, response))
    if (!wrong) return response
    undocumented.push(`${operation.method} ${operation.path} ${wrong}`)
    throw new Error(`Not as /openapi.json describes it: ${undocumented.at(-1)}`)
  }
  return { undocumented }
}

/** The route of a request; a path without parameters goes first. HEAD is answered as GET. */
function routed(operations: Operation[], method: string, path: string): Operation | undefined {
  const wanted = method === 'HEAD' ? 'GET' : method
  const fits = (pattern: string) =>
    new RegExp(`^${pattern.replaceAll(/\{\w+\}/g, '[^/]+')}$`).test(path)
  const fitting = operations.filter((one) => one.method === wanted && fits(one.path))
  return fitting.find((one) => one.path === path) ?? fitting[0]
}

async function whatIsWrong({ answers }: Operation, response: Response): Promise<string | null> {
  const { status, headers } = response
  const codes = answers.get(status)
  if (!codes) return `answers ${status}`
  if (codes.length === 0) return null
  const type = headers.get('content-type')
  if (type !== 'application/problem+json') return `answers ${status} as ${type}`
  const comesBack = status === 429 || status === 503
  if (comesBack && !headers.has('retry-after')) return `answers ${status} without Retry-After`
  const text = await response.clone().text()
  if (text === '') return null
  const problem = JSON.parse(text)
  if (!codes.includes(problem.code)) return `answers ${status} ${problem.code}`
  const read = problemSchemas[problem.code as keyof typeof problemSchemas].safeParse(problem)
  return read.success ? null : `answers ${status} ${problem.code} with ${read.error.message}`
}
