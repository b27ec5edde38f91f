import type { Conversation } from '../../client/index.ts'
import styles from './status-badge.module.css'

const names: Record<Conversation['status'], string> = {
  open: 'Open',
  pending: 'Pending',
  overdue: 'Overdue',
  resolved: 'Resolved',
  closed: 'Closed',
}

type Props = { status: Conversation['status']; isQueued: boolean }

export function StatusBadge({ status, isQueued }: Props) {
  return (
    <span className={styles.badge} data-status={isQueued ? 'queued' : status}>
      {isQueued ? 'Queued' : names[status]}
    </span>
  )
}
