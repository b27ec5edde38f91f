import type { GrantScope } from './words.ts'

/** What a role allows for one kind of conversation. */
export type Grants = { view: GrantScope; manage: GrantScope; transfer: boolean }

export type InWorkspace = { id: string; workspaceId: string; name: string }
export type UserPrincipal = InWorkspace & {
  type: 'user'
  isAdmin: boolean
  livechats: Grants
  tickets: Grants
}
export type AiAgentPrincipal = InWorkspace & { type: 'ai_agent' }
export type ApiKeyPrincipal = InWorkspace & { type: 'api_key' }
/** Somebody of one workspace who may ask for something. */
export type Principal = UserPrincipal | AiAgentPrincipal | ApiKeyPrincipal
