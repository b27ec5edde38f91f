import type { TestApi } from '../../harness/api.ts'
import type { Answered, Caller } from '../../harness/caller.ts'
import type { Ask } from './requests.ts'
import type { Ids } from './scene.ts'

/** By the part of a path before `{id}`: which id to put there. */
const kinds: Record<string, keyof Ids> = {
  workspaces: 'workspace',
  users: 'user',
  roles: 'role',
  teams: 'team',
  teamspaces: 'teamspace',
  'ai-agents': 'aiAgent',
  'api-keys': 'apiKey',
  tokens: 'token',
  conversations: 'conversation',
  commands: 'command',
  notifications: 'notification',
  handovers: 'shiftChange',
  webhooks: 'webhook',
}

/** Every route of the document, as `GET /v1/teams/{id}`. */
export async function routesOf(api: TestApi): Promise<string[]> {
  const document = await (await api.app.request('/openapi.json')).json()
  const { paths } = document as { paths: Record<string, object> }
  const routes = Object.entries(paths).flatMap(([path, methods]) =>
    Object.keys(methods).map((method) => `${method.toUpperCase()} ${path}`),
  )
  return routes.sort()
}

/** Sends one request of a route; a path that names nobody's ids needs none. */
export function send(who: Caller, route: string, { of, query, body }: Ask): Promise<Answered> {
  const [method = '', pattern = ''] = route.split(' ')
  const path = of ? filled(pattern, of) : pattern
  const accept = { accept: 'application/json' }
  return who.send(method, query ? `${path}?${query}` : path, body, accept)
}

function filled(pattern: string, of: Ids): string {
  const list = pattern.split('/')[2] ?? ''
  const id = of[kinds[list] as keyof Ids]
  const path = pattern.replace('{id}', id)
  return path.replace('{userId}', of.user).replace('{deliveryId}', of.delivery)
}
