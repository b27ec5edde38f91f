import { useQuery, useQueryClient } from '@tanstack/react-query'
import { useEffect } from 'react'
import { answered } from '../data/answered.ts'
import { keys } from '../data/keys.ts'
import { useSession } from '../session/session.tsx'

/** The user's unread notifications, the newest first, and how many there are. */
export function useUnread() {
  const { baton } = useSession()
  return useQuery({
    queryKey: keys.notifications,
    queryFn: () =>
      answered(
        baton.GET('/v1/notifications', { params: { query: { unread: 'true', limit: 200 } } }),
      ),
  })
}

/** Shows in the title of the window how much is unread. */
export function useTitle(): void {
  const { data } = useUnread()
  const count = data?.unreadCount ?? 0
  useEffect(() => {
    document.title = count > 0 ? `(${count}) Baton Inbox` : 'Baton Inbox'
  }, [count])
}

/** Marks as read what is about the conversation that is open, while the window is looked at. */
export function useReading(conversationId: string): void {
  const { baton } = useSession()
  const cache = useQueryClient()
  const { data } = useUnread()
  const ids = (data?.items ?? []).filter((one) => one.conversationId === conversationId)
  const about = ids.map(({ id }) => id).join()
  useEffect(() => {
    if (!about) return
    const read = async () => {
      if (document.visibilityState !== 'visible') return
      const marking = about
        .split(',')
        .map((id) =>
          answered(baton.POST('/v1/notifications/{id}/read', { params: { path: { id } } })),
        )
      // One that is not marked stays unread, and is marked with the next.
      await Promise.allSettled(marking)
      await cache.invalidateQueries({ queryKey: keys.notifications })
    }
    void read()
    document.addEventListener('visibilitychange', read)
    return () => document.removeEventListener('visibilitychange', read)
  }, [about, baton, cache])
}
