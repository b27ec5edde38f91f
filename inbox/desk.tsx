import { useState } from 'react'
import { useLocation, useRoute } from 'wouter'
import { ConversationPane } from './conversation/conversation-pane.tsx'
import { useList } from './data/conversations.ts'
import type { Listing } from './data/views.ts'
import styles from './desk.module.css'
import { Keyboard } from './keyboard/keyboard.tsx'
import { ConversationList } from './list/conversation-list.tsx'
import { Rail } from './list/rail.tsx'
import { useLive } from './live/use-live.ts'
import { useTitle } from './notifications/unread.ts'

/** The whole page of somebody signed in: what there is, and the conversation that is open. */
export function Desk() {
  const isConnected = useLive()
  const [, params] = useRoute('/c/:id')
  const [listing, setListing] = useState<Listing>({ view: 'mine', kind: null, teamId: null })
  const open = params?.id ?? null
  const { data } = useList(listing)
  const [, go] = useLocation()
  useTitle()

  /** Opens the next or previous of the list; the first when the open one is not in it. */
  function step(by: 1 | -1) {
    const ids = data?.pages.flatMap(({ items }) => items.map(({ id }) => id)) ?? []
    const at = open ? ids.indexOf(open) : -1
    const next = at < 0 ? ids[0] : ids[at + by]
    if (next) go(`/c/${next}`)
  }

  return (
    <div className={styles.desk} data-open={open !== null}>
      <Keyboard onStep={step} />
      <Rail listing={listing} onChoose={setListing} />
      <ConversationList listing={listing} onChange={setListing} openId={open} />
      <main className={styles.main}>
        {isConnected === false && (
          <p role="status" className={styles.offline}>
            Connection lost. Connecting again …
          </p>
        )}
        {open ? (
          <ConversationPane key={open} id={open} />
        ) : (
          <p className={styles.empty}>Choose a conversation from the list.</p>
        )}
      </main>
    </div>
  )
}
