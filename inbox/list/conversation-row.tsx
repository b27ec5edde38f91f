import type { Conversation } from '../../client/index.ts'
import { activityOf } from '../data/views.ts'
import { Avatar } from '../ui/avatar.tsx'
import { Moment } from '../ui/moment.tsx'
import { StatusBadge } from '../ui/status-badge.tsx'
import styles from './conversation-row.module.css'

type Props = {
  conversation: Conversation
  isOpen: boolean
  unread: number
  onOpen: () => void
}

export function ConversationRow({ conversation, isOpen, unread, onOpen }: Props) {
  const { kind, player, subject, assignee, queue, status } = conversation
  const name = player.name ?? player.externalId
  return (
    <li className={styles.item}>
      <button
        type="button"
        className={styles.row}
        aria-current={isOpen ? 'true' : undefined}
        onClick={onOpen}
      >
        <Avatar name={name} />
        <span className={styles.what}>
          <span className={styles.top}>
            <bdi className={styles.name}>{name}</bdi>
            {unread > 0 && (
              <span className={styles.unread}>
                {unread}
                <span className="hidden-label"> unread</span>
              </span>
            )}
            <Moment at={queue?.since ?? activityOf(conversation)} />
          </span>
          <span className={styles.about} dir="auto">
            {subject ?? (kind === 'chat' ? 'Chat' : 'Ticket')}
          </span>
          <span className={styles.state}>
            <StatusBadge status={status} isQueued={queue !== null} />
            <bdi className={styles.holder}>
              {assignee ? assignee.name : `Waits as number ${queue?.position}`}
            </bdi>
          </span>
        </span>
      </button>
    </li>
  )
}
