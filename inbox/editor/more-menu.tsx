import { Menu } from '@base-ui/react/menu'
import { ChevronUp } from 'lucide-react'
import { useRef } from 'react'
import type { Conversation } from '../../client/index.ts'
import type { Doing } from './editor.tsx'
import styles from './more-menu.module.css'

type Status = Exclude<Conversation['status'], 'closed'>

const doings: { kind: Doing; name: string }[] = [
  { kind: 'transfer', name: 'Transfer' },
  { kind: 'team_transfer', name: 'Transfer teams' },
  { kind: 'close', name: 'Close' },
]

const statuses: { status: Status; name: string }[] = [
  { status: 'open', name: 'Open' },
  { status: 'pending', name: 'Pending' },
  { status: 'overdue', name: 'Overdue' },
  { status: 'resolved', name: 'Resolved' },
]

type Props = {
  conversation: Conversation
  onChoose: (doing: Doing) => void
  onStatus: (status: Status) => void
}

/** What else the Assignee may do. */
export function MoreMenu({ conversation, onChoose, onStatus }: Props) {
  const { actions, status } = conversation
  const place = useRef<HTMLDivElement>(null)
  return (
    <div ref={place}>
      <Menu.Root modal={false}>
        <Menu.Trigger className={styles.trigger}>
          More <ChevronUp size={16} aria-hidden="true" />
        </Menu.Trigger>
        <Menu.Portal container={place}>
          <Menu.Positioner side="top" align="start" sideOffset={6} className={styles.positioner}>
            <Menu.Popup className={styles.popup}>
              {doings
                .filter(({ kind }) => actions.includes(kind))
                .map(({ kind, name }) => (
                  <Menu.Item key={kind} className={styles.item} onClick={() => onChoose(kind)}>
                    {name}
                  </Menu.Item>
                ))}
              {actions.includes('status') && (
                <Menu.RadioGroup value={status} onValueChange={(to) => onStatus(to as Status)}>
                  <div className={styles.label}>Status</div>
                  {statuses.map(({ status: to, name }) => (
                    <Menu.RadioItem key={to} value={to} closeOnClick className={styles.item}>
                      {name}
                      <Menu.RadioItemIndicator className={styles.chosen}>✓</Menu.RadioItemIndicator>
                    </Menu.RadioItem>
                  ))}
                </Menu.RadioGroup>
              )}
            </Menu.Popup>
          </Menu.Positioner>
        </Menu.Portal>
      </Menu.Root>
    </div>
  )
}
