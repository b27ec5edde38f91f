import type { QueryClient } from '@tanstack/react-query'
import { type Assignment, type Event, EventsRefused, type Message } from '../../client/index.ts'
import { answered, codeOf } from '../data/answered.ts'
import { applyConversation, dropConversation } from '../data/apply.ts'
import { keys } from '../data/keys.ts'
import type { Session } from '../session/session.tsx'

/** Several events of one conversation come together: it is read once for all of them. */
const TOGETHER_MS = 60

type Following = { session: Session; cache: QueryClient; onConnection: (isOpen: boolean) => void }

/** Keeps all that is shown as it is in the service, until the signal aborts. */
export async function follow(
  { session, cache, onConnection }: Following,
  signal: AbortSignal,
): Promise<void> {
  const refresh = refresher(session, cache)
  let wasOpen = false
  const onState = (isOpen: boolean) => {
    // What was read before the stream began may have changed since.
    if (isOpen && !wasOpen) void cache.invalidateQueries()
    wasOpen ||= isOpen
    onConnection(isOpen)
  }
  while (!signal.aborted) {
    try {
      const events = session.baton.events({ signal, onConnection: onState })
      for await (const event of events) take(event, cache, refresh)
    } catch (error) {
      if (!(error instanceof EventsRefused)) throw error
      if (error.problem.code === 'unauthenticated') {
        return session.signOut('Your token has ended. Sign in again; your drafts are kept.')
      }
      // Too far behind to go on from there: everything is read anew.
      wasOpen = false
    }
  }
}

function take(event: Event, cache: QueryClient, refresh: (id: string) => void): void {
  if (event.type === 'user.presence_changed') {
    void cache.invalidateQueries({ queryKey: keys.users })
    void cache.invalidateQueries({ queryKey: keys.allTargets })
    return
  }
  if (event.type === 'message.created')
    add<Message>(cache, keys.messages(event.conversationId), event.data, 'id')
  if (event.type === 'conversation.assigned') {
    add<Assignment>(cache, keys.assignments(event.conversationId), event.data, 'number')
  }
  if (event.type !== 'command.refused') refresh(event.conversationId as string)
}

/** Appends what a list that is loaded does not have yet. */
function add<T>(cache: QueryClient, key: readonly unknown[], item: T, by: keyof T): void {
  cache.setQueryData<T[]>(key, (items) => {
    if (!items || items.some((one) => one[by] === item[by])) return items
    return [...items, item]
  })
}

/** Reads a conversation again, soon, and puts it where it is shown. */
function refresher({ baton, me }: Session, cache: QueryClient) {
  const asked = new Set<string>()
  async function read(id: string) {
    asked.delete(id)
    try {
      const params = { path: { id } }
      applyConversation(cache, await answered(baton.GET('/v1/conversations/{id}', { params })), me)
    } catch (error) {
      if (codeOf(error) !== 'not_found') return void cache.invalidateQueries()
      dropConversation(cache, id)
      void cache.invalidateQueries({ queryKey: keys.conversation(id) })
    }
    void cache.invalidateQueries({ queryKey: keys.notifications })
  }
  return (id: string) => {
    if (asked.has(id)) return
    asked.add(id)
    setTimeout(() => void read(id), TOGETHER_MS)
  }
}
