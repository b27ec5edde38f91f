import { ArrowRightLeft } from 'lucide-react'
import type { Assignment } from '../../client/index.ts'
import { Moment } from '../ui/moment.tsx'
import styles from './assignment-line.module.css'
import { sentenceOf } from './assignment-sentence.ts'

type Props = { assignment: Assignment; nameOf: (id: string | null) => string }

const reasons = {
  away: 'away',
  at_capacity: 'has as many chats as allowed',
  not_permitted: 'may not hold it',
  transferor: 'left it',
}

const methods: Record<string, string> = {
  balanced: 'whoever has fewest open conversations',
  round_robin: 'each in turn',
  random: 'anyone, at random',
  voluntary: 'whoever takes it',
}

/** A change of Assignee in the story: from whom to whom, why, and why this one. */
export function AssignmentLine({ assignment, nameOf }: Props) {
  const { at, note, decision } = assignment
  return (
    <li className={styles.line}>
      <p className={styles.what}>
        <ArrowRightLeft size={14} aria-hidden="true" />
        <span>{sentenceOf(assignment, nameOf)}</span>
        <Moment at={at} />
      </p>
      {note && (
        <p className={styles.note} dir="auto">
          <span className={styles.label}>Note</span> {note}
        </p>
      )}
      {decision && (
        <details className={styles.why}>
          <summary>Why {decision.picked ? nameOf(decision.picked) : 'nobody'}</summary>
          <p>Chat Assignment picks {methods[decision.method] ?? decision.method}.</p>
          <ul>
            {decision.candidates.map(({ userId, load }) => (
              <li key={userId}>
                <bdi>{nameOf(userId)}</bdi>: {load} open
                {userId === decision.picked ? ', picked' : ''}
              </li>
            ))}
            {decision.excluded.map(({ userId, reason }) => (
              <li key={userId}>
                <bdi>{nameOf(userId)}</bdi>: {reasons[reason]}
              </li>
            ))}
          </ul>
          {decision.behind && <p>A conversation that waits longer comes first.</p>}
          {decision.fallback && <p>Nobody of the team may hold it, so it was anyone.</p>}
        </details>
      )}
    </li>
  )
}
