import type { Conversation, User } from '../../client/index.ts'

export const views = ['mine', 'queue', 'team', 'all', 'closed'] as const
export type View = (typeof views)[number]

/** What a list shows. */
export type Listing = {
  view: View
  kind: Conversation['kind'] | null
  /** Of the view `team`: which. */
  teamId: string | null
}

type Status = Conversation['status']
const unclosed: Status[] = ['open', 'pending', 'overdue', 'resolved']

/** The parameters of `GET /v1/conversations` that give this list. */
export function queryOf({ view, kind, teamId }: Listing) {
  const kinds = kind ? { kind } : {}
  if (view === 'queue') return { ...kinds, queued: 'true' as const }
  if (view === 'closed') return { ...kinds, status: ['closed'] as Status[] }
  if (view === 'mine') return { ...kinds, status: unclosed, assigneeId: 'me' }
  if (view === 'team' && teamId) return { ...kinds, status: unclosed, teamId }
  return { ...kinds, status: unclosed }
}

/** Whether this list shows the conversation as it is now: what the API would answer. */
export function isListed({ view, kind, teamId }: Listing, one: Conversation, me: User): boolean {
  if (kind && one.kind !== kind) return false
  if (view === 'queue') return one.queue !== null
  if ((one.status === 'closed') !== (view === 'closed')) return false
  if (view === 'mine') return one.assignee?.id === me.id
  return view !== 'team' || one.teamId === teamId
}

/** The order of a list: the queue's, or the newest activity first. */
export function inOrder(view: View): (a: Conversation, b: Conversation) => number {
  if (view === 'queue') return (a, b) => (a.queue?.position ?? 0) - (b.queue?.position ?? 0)
  return (a, b) => activityOf(b).localeCompare(activityOf(a))
}

/** When something last happened or was said. */
export function activityOf({ updatedAt, lastMessageAt }: Conversation): string {
  return lastMessageAt && lastMessageAt > updatedAt ? lastMessageAt : updatedAt
}
