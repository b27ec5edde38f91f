import { createRouter, type Deps } from '../context.ts'
import { aiAgentRoutes } from './ai-agents.ts'
import { apiKeyRoutes } from './api-keys.ts'
import { deleteAiAgentRoute } from './delete-ai-agent.ts'
import { deleteTeamRoute } from './delete-team.ts'
import { readMeRoute } from './me.ts'
import { memberRoutes } from './members.ts'
import { presenceRoutes } from './presence.ts'
import { roleRoutes } from './roles.ts'
import { teamRoutes } from './teams.ts'
import { teamspaceRoutes } from './teamspaces.ts'
import { tokenRoutes } from './tokens.ts'
import { userRoutes } from './users.ts'
import { workspaceRoutes } from './workspaces.ts'

const resources = [
  workspaceRoutes,
  roleRoutes,
  readMeRoute,
  userRoutes,
  tokenRoutes,
  apiKeyRoutes,
  presenceRoutes,
  teamspaceRoutes,
  teamRoutes,
  deleteTeamRoute,
  memberRoutes,
  aiAgentRoutes,
  deleteAiAgentRoute,
]

/** People and settings of a workspace. */
export function peopleRoutes(deps: Deps) {
  const app = createRouter()
  for (const routes of resources) app.route('/', routes(deps))
  return app
}
