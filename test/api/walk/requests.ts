import type { Ids } from './scene.ts'

/** One request of a route: whose ids its path names (theirs unless said), its query and its body. */
export type Ask = { of?: Ids; query?: string; body?: unknown }

const named = (body?: unknown) => (): Ask[] => [{ body }]
const player = { externalId: 'player-9' }
const grants = { view: 'own', manage: 'own', transfer: false }

/**
 * By route, requests that name what is another workspace's (`theirs`), in the path or beside what
 * is the asker's own (`mine`). Each is well formed, so that nothing but the id refuses it.
 */
export const naming: Record<string, (theirs: Ids, mine: Ids) => Ask[]> = {
  'PATCH /v1/workspaces/{id}': named({ plan: 'free' }),

  'GET /v1/roles/{id}': named(),
  'PATCH /v1/roles/{id}': named({ name: 'Walked', livechats: grants }),
  'DELETE /v1/roles/{id}': named(),

  'GET /v1/users/{id}': named(),
  'POST /v1/users': ({ role }) => [
    { body: { name: 'Walker', email: 'walker@acme.test', roleId: role } },
  ],
  'PATCH /v1/users/{id}': ({ role }, mine) => [
    { body: { name: 'Walked' } },
    { body: { active: false } },
    { body: { roleId: mine.role } },
    { of: mine, body: { roleId: role } },
  ],
  'PUT /v1/users/{id}/presence': named({ presence: 'online' }),
  'GET /v1/users/{id}/tokens': named(),
  'POST /v1/users/{id}/tokens': named({}),
  'POST /v1/users/{id}/handover': ({ user, team }, mine) => [
    { body: { to: { userId: mine.user } } },
    { of: mine, body: { to: { userId: user } } },
    { of: mine, body: { to: { teamId: team } } },
  ],

  'GET /v1/teams/{id}': named(),
  'POST /v1/teams': ({ teamspace }) => [{ body: { name: 'Walkers', teamspaceIds: [teamspace] } }],
  'PATCH /v1/teams/{id}': ({ teamspace }, mine) => [
    { body: { name: 'Walked' } },
    { body: { teamspaceIds: [mine.teamspace] } },
    { of: mine, body: { teamspaceIds: [mine.teamspace, teamspace] } },
  ],
  'PUT /v1/teams/{id}/members/{userId}': members,
  'DELETE /v1/teams/{id}': named(),
  'DELETE /v1/teams/{id}/members/{userId}': members,

  'GET /v1/teamspaces/{id}': named(),
  'PATCH /v1/teamspaces/{id}': ({ aiAgent }, mine) => [
    { body: { name: 'Walked' } },
    { body: { assignment: { method: 'random', maxChatsPerAgent: 1 } } },
    { of: mine, body: { defaultAiAgentId: aiAgent } },
  ],

  'GET /v1/ai-agents/{id}': named(),
  'POST /v1/ai-agents': ({ teamspace, user, team }, mine) => [
    { body: { name: 'Walker', teamspaceId: teamspace } },
    ...targets(user, team).map((handoff) => ({
      body: { name: 'Walker', teamspaceId: mine.teamspace, handoff },
    })),
  ],
  'PATCH /v1/ai-agents/{id}': ({ user, team }, mine) => [
    { body: { name: 'Walked', handoff: { checkAvailability: true } } },
    ...targets(user, team).map((handoff) => ({ of: mine, body: { handoff } })),
  ],
  'DELETE /v1/ai-agents/{id}': named(),
  'GET /v1/ai-agents/{id}/tokens': named(),
  'POST /v1/ai-agents/{id}/tokens': named({}),

  'GET /v1/api-keys/{id}': named(),
  'DELETE /v1/api-keys/{id}': named(),
  'GET /v1/tokens/{id}': named(),
  'DELETE /v1/tokens/{id}': named(),

  'GET /v1/webhooks/{id}': named(),
  'PATCH /v1/webhooks/{id}': () => [{ body: { active: false } }, { body: { active: true } }],
  'DELETE /v1/webhooks/{id}': named(),
  'GET /v1/webhooks/{id}/deliveries': named(),
  'POST /v1/webhooks/{id}/deliveries/{deliveryId}/retry': ({ delivery }, mine) => [
    { body: {} },
    { of: { ...mine, delivery }, body: {} },
  ],

  'GET /v1/handovers/{id}': named(),
  'POST /v1/handovers/{id}/cancel': named({}),
  'POST /v1/notifications/{id}/read': named({}),
  'GET /v1/commands/{id}': named(),
  'GET /v1/events': ({ conversation }) => [{ query: `conversationId=${conversation}` }],

  'GET /v1/conversations': ({ user, aiAgent, team, teamspace }) => [
    { query: `assigneeId=${user}` },
    { query: `assigneeId=${aiAgent}` },
    { query: `teamId=${team}` },
    { query: `teamspaceId=${teamspace}` },
  ],
  'POST /v1/conversations': (theirs, mine) => [
    { body: { kind: 'chat', aiAgentId: theirs.aiAgent, player } },
    { body: ticket({ ...mine, teamspace: theirs.teamspace }) },
    { body: ticket({ ...mine, user: theirs.user }) },
    { body: { ...ticket(mine), teamId: theirs.team } },
  ],
  'GET /v1/conversations/{id}': named(),
  'GET /v1/conversations/{id}/targets': named(),
  'GET /v1/conversations/{id}/assignments': named(),
  'GET /v1/conversations/{id}/commands': named(),
  'GET /v1/conversations/{id}/messages': named(),
  'POST /v1/conversations/{id}/messages': () => [
    { body: { text: 'Walked' } },
    { body: { text: 'Walked', expectedEpoch: 1 } },
    { body: { text: 'Walked', from: 'player' } },
  ],
  'POST /v1/conversations/{id}/handoff': named({}),
  'POST /v1/conversations/{id}/transfer': ({ user }, mine) => [
    { body: { userId: mine.user } },
    { body: { userId: user, expectedEpoch: 1 } },
    { of: mine, body: { userId: user } },
  ],
  'POST /v1/conversations/{id}/team-transfer': ({ team }, mine) => [
    { body: { teamId: mine.team } },
    { body: { teamId: team, expectedEpoch: 1 } },
    { of: mine, body: { teamId: team } },
  ],
  'POST /v1/conversations/{id}/takeover': () => [
    { body: { message: { text: 'Walked' } } },
    { body: { message: { text: 'Walked' }, expectedEpoch: 1 } },
    { body: {} },
  ],
  'POST /v1/conversations/{id}/close': () => [{ body: {} }, { body: { expectedEpoch: 1 } }],
  'POST /v1/conversations/{id}/cancel-handoff': named({}),
  'POST /v1/conversations/{id}/status': named({ status: 'pending' }),
}

/** By route without an id: the body it takes. */
export const nameless: Record<string, unknown> = {
  'POST /v1/workspaces': { name: 'Walk', admin: { name: 'Walker', email: 'walker@walk.test' } },
  'GET /v1/workspace': undefined,
  'GET /v1/roles': undefined,
  'POST /v1/roles': { name: 'Walker', livechats: grants, tickets: grants },
  'GET /v1/users': undefined,
  'GET /v1/users/me': undefined,
  'GET /v1/teams': undefined,
  'GET /v1/teamspaces': undefined,
  'POST /v1/teamspaces': { name: 'Walk' },
  'GET /v1/ai-agents': undefined,
  'GET /v1/api-keys': undefined,
  'POST /v1/api-keys': { name: 'Walk' },
  'GET /v1/webhooks': undefined,
  'POST /v1/webhooks': { url: 'https://hooks.invalid/' },
  'GET /v1/notifications': undefined,
  'POST /v1/notifications/read': {},
  'GET /v1/events': undefined,
  'GET /v1/conversations': undefined,
}

function members({ team, user }: Ids, mine: Ids): Ask[] {
  return [{}, { of: { ...mine, user } }, { of: { ...mine, team } }]
}

function targets(userId: string, teamId: string) {
  const toUser = { type: 'user', userId }
  const toTeam = { type: 'teams', teamIds: [teamId] }
  return [{ target: toUser }, { target: toTeam }, { targetsByLanguage: { es: toUser, fr: toTeam } }]
}

function ticket({ teamspace, user }: Ids) {
  return { kind: 'ticket', teamspaceId: teamspace, subject: 'Walk', player, assigneeId: user }
}
