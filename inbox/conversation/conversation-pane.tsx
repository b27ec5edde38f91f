import { ArrowLeft } from 'lucide-react'
import { Link } from 'wouter'
import { codeOf } from '../data/answered.ts'
import { useConversation } from '../data/conversations.ts'
import { useNames } from '../data/people.ts'
import { Editor } from '../editor/editor.tsx'
import { useReading } from '../notifications/unread.ts'
import { CouldNotRead } from '../ui/could-not-read.tsx'
import { StatusBadge } from '../ui/status-badge.tsx'
import styles from './conversation-pane.module.css'
import { Thread } from './thread.tsx'

/** One conversation: who it is with, what was said, and what the reader may do. */
export function ConversationPane({ id }: { id: string }) {
  const { data: conversation, error, isPending, refetch } = useConversation(id)
  const nameOf = useNames()
  useReading(id)
  if (codeOf(error) === 'not_found') return <Gone />
  if (error && !conversation) {
    return (
      <CouldNotRead
        what="The conversation"
        error={error}
        className={styles.state}
        onAgain={() => void refetch()}
      />
    )
  }
  if (isPending || !conversation) return <p className={styles.state}>Opening …</p>
  const { player, subject, kind, assignee, teamId, status, queue, language } = conversation
  return (
    <article className={styles.pane} aria-labelledby="with">
      <header className={styles.head}>
        <Link href="/" className={styles.back} aria-label="Back to the list">
          <ArrowLeft size={20} aria-hidden="true" />
        </Link>
        <div className={styles.who}>
          <h2 id="with" dir="auto">
            {player.name ?? player.externalId}
          </h2>
          <p className={styles.facts}>
            <span>{kind === 'chat' ? 'Chat' : 'Ticket'}</span>
            {subject && <bdi>{subject}</bdi>}
            {language && <span>{language}</span>}
            {player.email && <bdi>{player.email}</bdi>}
          </p>
        </div>
        <div className={styles.holder}>
          <StatusBadge status={status} isQueued={queue !== null} />
          <p className={styles.facts}>
            <span>
              Assignee:{' '}
              <bdi>
                {assignee ? assignee.name : `nobody, number ${queue?.position} in the queue`}
              </bdi>
            </span>
            {teamId && (
              <span>
                Team: <bdi>{nameOf(teamId)}</bdi>
              </span>
            )}
          </p>
        </div>
      </header>
      <Thread conversation={conversation} />
      <Editor conversation={conversation} />
    </article>
  )
}

function Gone() {
  return (
    <div className={styles.state}>
      <p>
        You do not see this conversation any more: it went to somebody else, or your role changed.
      </p>
      <Link href="/">To the list</Link>
    </div>
  )
}
