import { useState } from 'react'
import { useRoute } from 'wouter'
import { ConversationPane } from './conversation/conversation-pane.tsx'
import type { Listing } from './data/views.ts'
import styles from './desk.module.css'
import { ConversationList } from './list/conversation-list.tsx'
import { Rail } from './list/rail.tsx'
import { useLive } from './live/use-live.ts'

/** The whole page of somebody signed in: what there is, and the conversation that is open. */
export function Desk() {
  const isConnected = useLive()
  const [, params] = useRoute('/c/:id')
  const [listing, setListing] = useState<Listing>({ view: 'mine', kind: null, teamId: null })
  const open = params?.id ?? null
  return (
    <div className={styles.desk} data-open={open !== null}>
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
