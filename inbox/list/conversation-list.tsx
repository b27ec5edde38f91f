import { useEffect, useRef } from 'react'
import { useLocation } from 'wouter'
import { useList } from '../data/conversations.ts'
import { useTeams } from '../data/people.ts'
import type { Listing } from '../data/views.ts'
import { useUnread } from '../notifications/unread.ts'
import { CouldNotRead } from '../ui/could-not-read.tsx'
import styles from './conversation-list.module.css'
import { ConversationRow } from './conversation-row.tsx'
import { viewNames } from './rail.tsx'

type Props = { listing: Listing; onChange: (listing: Listing) => void; openId: string | null }

const nothing: Record<Listing['view'], string> = {
  mine: 'You hold nothing. Go online to be given conversations, or take one from the queue.',
  queue: 'Nobody waits. What the AI agents hand off shows here when no one is free.',
  team: 'This team holds nothing.',
  all: 'There are no conversations that you may see.',
  closed: 'Nothing was closed yet.',
}

/** One list, which grows as it is scrolled. */
export function ConversationList({ listing, onChange, openId }: Props) {
  const { data, error, isPending, hasNextPage, isFetchingNextPage, fetchNextPage, refetch } =
    useList(listing)
  const [, go] = useLocation()
  const { data: teams = [] } = useTeams()
  const name = teams.find((team) => team.id === listing.teamId)?.name ?? viewNames[listing.view]
  const unread = useUnread().data?.items ?? []
  const unreadOf = (id: string) => unread.filter((one) => one.conversationId === id).length
  const items = data?.pages.flatMap((page) => page.items) ?? []
  const end = useRef<HTMLDivElement>(null)

  useEffect(() => {
    const seen = new IntersectionObserver(([entry]) => {
      if (entry?.isIntersecting && hasNextPage && !isFetchingNextPage) void fetchNextPage()
    })
    if (end.current) seen.observe(end.current)
    return () => seen.disconnect()
  }, [hasNextPage, isFetchingNextPage, fetchNextPage])

  return (
    <section className={styles.pane} aria-labelledby="list-name">
      <header className={styles.head}>
        <h2 id="list-name" dir="auto">
          {name}
        </h2>
        <select
          aria-label="Kind"
          value={listing.kind ?? ''}
          onChange={({ target }) =>
            onChange({ ...listing, kind: (target.value || null) as Listing['kind'] })
          }
        >
          <option value="">Chats and tickets</option>
          <option value="chat">Chats</option>
          <option value="ticket">Tickets</option>
        </select>
      </header>
      <div className={styles.scroll}>
        {error && (
          <CouldNotRead
            what="The list"
            error={error}
            className={styles.state}
            onAgain={() => void refetch()}
          />
        )}
        {isPending && <Waiting />}
        {!error && !isPending && items.length === 0 && (
          <p className={styles.state}>{nothing[listing.view]}</p>
        )}
        <ul>
          {items.map((one) => (
            <ConversationRow
              key={one.id}
              conversation={one}
              isOpen={one.id === openId}
              unread={unreadOf(one.id)}
              onOpen={() => go(`/c/${one.id}`)}
            />
          ))}
        </ul>
        <div ref={end} className={styles.end} />
      </div>
    </section>
  )
}

/** As high as what it stands for, so that nothing jumps. */
function Waiting() {
  return (
    <div aria-hidden="true">
      {['a', 'b', 'c', 'd', 'e'].map((one) => (
        <div key={one} className={styles.blank} />
      ))}
    </div>
  )
}
