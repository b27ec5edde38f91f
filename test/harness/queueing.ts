import { and, asc, eq, sql } from 'drizzle-orm'
import { vi } from 'vitest'
import type { Database } from '../../db/client.ts'
import { events } from '../../db/schema.ts'
import { expectStatus, type Person, type Workspace } from './workspace.ts'

/** Who holds it now; null for nobody. */
export async function holderOf(w: Workspace, id: string) {
  return (await w.channel.get(`/v1/conversations/${id}`)).body.assignee
}

/** Hands a chat off; whether somebody has it or it waits. */
export async function handOff(w: Workspace, id: string) {
  const patient = { prefer: 'wait=30' }
  const answered = await w.channel.post(`/v1/conversations/${id}/handoff`, {}, patient)
  return expectStatus(answered, 200).command.outcome as 'accepted' | 'queued'
}

/** Resolves once a user holds this conversation, with who they are. */
export function untilAssigned(w: Workspace, id: string, withinMs = 10_000): Promise<string> {
  return vi.waitFor(
    async () => {
      const holder = await holderOf(w, id)
      if (holder?.type !== 'user') throw new Error(`${id} still waits`)
      return holder.id
    },
    { timeout: withinMs, interval: 50 },
  )
}

type Setting = { method?: string; maxChatsPerAgent?: number }

/** Changes the Chat Assignment of the workspace's teamspace. */
export async function setAssignment(w: Workspace, assignment: Setting): Promise<void> {
  expectStatus(await w.admin.patch(`/v1/teamspaces/${w.teamspaceId}`, { assignment }), 200)
}

/** Sets a user online or away; returns the user. */
export async function setPresence(who: Person, presence: 'online' | 'away') {
  return expectStatus(await who.put('/v1/users/me/presence', { presence }), 200)
}

/** What waits in the workspace, the longest waiting first. */
export async function waitingIn(w: Workspace): Promise<string[]> {
  const { items } = expectStatus(
    await w.channel.get('/v1/conversations?queued=true&limit=200'),
    200,
  )
  return items.map((item: { id: string }) => item.id)
}

/** How many chats fill the slots of each of these users. */
export function chatsOf(w: Workspace, people: { id: string }[]): Promise<number[]> {
  const open = 'kind=chat&status=open&status=pending&status=overdue&limit=200'
  return Promise.all(
    people.map(async ({ id }) => {
      const held = await w.channel.get(`/v1/conversations?assigneeId=${id}&${open}`)
      return expectStatus(held, 200).items.length
    }),
  )
}

/** What was assigned out of the queue of the workspace so far, in the order in which it was. */
export async function servedIn(db: Database, w: Workspace): Promise<string[]> {
  const rows = await db
    .select({ id: events.conversationId })
    .from(events)
    .where(
      and(
        eq(events.workspaceId, w.id),
        eq(events.type, 'conversation.assigned'),
        sql`${events.data}->>'cause' = 'queue'`,
      ),
    )
    .orderBy(asc(events.position))
  return rows.map(({ id }) => id as string)
}
