import { useInfiniteQuery, useQuery } from '@tanstack/react-query'
import { useSession } from '../session/session.tsx'
import { answered } from './answered.ts'
import { keys } from './keys.ts'
import { all } from './pages.ts'
import { type Listing, queryOf } from './views.ts'

const PAGE = 50

/** A list, page after page. */
export function useList(listing: Listing) {
  const { baton } = useSession()
  return useInfiniteQuery({
    queryKey: keys.list(listing),
    queryFn: ({ pageParam: cursor }) =>
      answered(
        baton.GET('/v1/conversations', {
          params: { query: { ...queryOf(listing), limit: PAGE, ...(cursor && { cursor }) } },
        }),
      ),
    initialPageParam: '',
    getNextPageParam: (page) => page.nextCursor,
  })
}

/** One conversation as the signed-in user meets it. */
export function useConversation(id: string) {
  const { baton } = useSession()
  const params = { path: { id } }
  return useQuery({
    queryKey: keys.conversation(id),
    queryFn: () => answered(baton.GET('/v1/conversations/{id}', { params })),
  })
}

/** All that was said, oldest first. */
export function useMessages(id: string) {
  const { baton } = useSession()
  return useQuery({
    queryKey: keys.messages(id),
    queryFn: () =>
      all((query) =>
        baton.GET('/v1/conversations/{id}/messages', { params: { path: { id }, query } }),
      ),
  })
}

/** Every change of Assignee, oldest first. */
export function useAssignments(id: string) {
  const { baton } = useSession()
  return useQuery({
    queryKey: keys.assignments(id),
    queryFn: () =>
      all((query) =>
        baton.GET('/v1/conversations/{id}/assignments', { params: { path: { id }, query } }),
      ),
  })
}

/** Whom a transfer would be accepted for: asked each time, since people come and go. */
export function useTargets(id: string) {
  const { baton } = useSession()
  const params = { path: { id } }
  return useQuery({
    queryKey: keys.targets(id),
    queryFn: () => answered(baton.GET('/v1/conversations/{id}/targets', { params })),
    staleTime: 0,
  })
}
