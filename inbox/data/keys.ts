import type { Listing } from './views.ts'

/** Under what each answer of the API is kept. */
export const keys = {
  lists: ['list'] as const,
  list: (listing: Listing) => ['list', listing] as const,
  conversation: (id: string) => ['conversation', id] as const,
  messages: (id: string) => ['messages', id] as const,
  assignments: (id: string) => ['assignments', id] as const,
  allTargets: ['targets'] as const,
  targets: (id: string) => ['targets', id] as const,
  me: ['me'] as const,
  notifications: ['notifications'] as const,
  users: ['users'] as const,
  teams: ['teams'] as const,
  aiAgents: ['ai-agents'] as const,
}
