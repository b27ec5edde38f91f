import type { Message } from '../../client/index.ts'
import { Moment } from '../ui/moment.tsx'
import { linked } from './linked.tsx'
import styles from './message-bubble.module.css'

type Props = { message: Message; name: string; isMine: boolean }

/** What somebody said. The player stands on one side, who answers them on the other. */
export function MessageBubble({ message, name, isMine }: Props) {
  const { author, text, sentAt } = message
  return (
    <li className={styles.message} data-author={author.type}>
      <p className={styles.by}>
        <bdi>{isMine ? 'You' : name}</bdi>
        {author.type === 'ai_agent' && <span className={styles.ai}>AI agent</span>}
        <Moment at={sentAt} />
      </p>
      <p className={styles.text} dir="auto">
        {linked(text)}
      </p>
    </li>
  )
}
