import { useLayoutEffect, useRef } from 'react'
import type { Conversation } from '../../client/index.ts'
import { useAssignments, useMessages } from '../data/conversations.ts'
import { useNames } from '../data/people.ts'
import { useSession } from '../session/session.tsx'
import { AssignmentLine } from './assignment-line.tsx'
import { inTime } from './in-time.ts'
import { MessageBubble } from './message-bubble.tsx'
import styles from './thread.module.css'

/** So near the end the reader follows what comes. */
const NEAR_PX = 120

/** What was said and who had it meanwhile, in the order in which it happened. */
export function Thread({ conversation }: { conversation: Conversation }) {
  const { id, player } = conversation
  const messages = useMessages(id)
  const assignments = useAssignments(id)
  const nameOf = useNames()
  const { me } = useSession()
  const box = useRef<HTMLDivElement>(null)
  const follows = useRef(true)
  const entries = inTime(messages.data ?? [], assignments.data ?? [])

  useLayoutEffect(() => {
    const element = box.current
    if (element && follows.current && entries.length > 0) element.scrollTop = element.scrollHeight
  }, [entries.length])

  function onScroll() {
    const element = box.current
    if (!element) return
    follows.current = element.scrollHeight - element.scrollTop - element.clientHeight < NEAR_PX
  }

  return (
    <div
      ref={box}
      className={styles.thread}
      onScroll={onScroll}
      // biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls must be reached by keyboard
      tabIndex={0}
      role="log"
      aria-label="Messages"
    >
      {messages.data?.length === 0 && <p className={styles.empty}>Nothing was said yet.</p>}
      <ol className={styles.entries}>
        {entries.map((entry) =>
          'text' in entry ? (
            <MessageBubble
              key={entry.id}
              message={entry}
              name={
                entry.author.type === 'player'
                  ? (player.name ?? player.externalId)
                  : nameOf(entry.author.id)
              }
              isMine={entry.author.id === me.id}
            />
          ) : (
            <AssignmentLine key={`a${entry.number}`} assignment={entry} nameOf={nameOf} />
          ),
        )}
      </ol>
    </div>
  )
}
