import { useState } from 'react'
import { useTargets } from '../data/conversations.ts'
import { takeFocus } from '../ui/take-focus.ts'
import styles from './form.module.css'
import { FormEnd } from './form-end.tsx'

type Props = {
  conversationId: string
  to: 'user' | 'team'
  isBusy: boolean
  onCancel: () => void
  onTransfer: (targetId: string, note?: string) => void
}

type Target = { id: string; name: string; about: string; isHere: boolean }

/** Choose the new Assignee or team, and press Transfer. */
export function TransferForm({ conversationId, to, isBusy, onCancel, onTransfer }: Props) {
  const { data, error, isPending } = useTargets(conversationId)
  const [sought, setSought] = useState('')
  const [chosen, setChosen] = useState<string | null>(null)
  const [note, setNote] = useState('')
  const all: Target[] =
    to === 'user'
      ? (data?.users ?? []).map(({ userId, name, presence, load }) => ({
          ...{ id: userId, name, isHere: presence === 'online' },
          about: `${presence}, ${load} open`,
        }))
      : (data?.teams ?? []).map(({ teamId, name, online }) => ({
          ...{ id: teamId, name, isHere: online > 0 },
          about: online === 0 ? 'nobody online' : `${online} online`,
        }))
  const shown = all.filter(({ name }) => name.toLowerCase().includes(sought.trim().toLowerCase()))
  const what = to === 'user' ? 'Assignee' : 'Team'
  return (
    <form
      className={styles.form}
      onSubmit={(event) => {
        event.preventDefault()
        if (chosen) onTransfer(chosen, note.trim() || undefined)
      }}
    >
      <h3>{to === 'user' ? 'Transfer' : 'Transfer teams'}</h3>
      <input
        ref={takeFocus}
        type="search"
        aria-label={`Search for the new ${what}`}
        placeholder="Search …"
        value={sought}
        onChange={(e) => setSought(e.target.value)}
      />
      <fieldset className={styles.targets}>
        <legend className="hidden-label">New {what}</legend>
        {isPending && <p className={styles.hint}>Reading …</p>}
        {error && <p role="alert">{error.message}</p>}
        {data && shown.length === 0 && (
          <p className={styles.hint}>Nobody of that name may hold this conversation.</p>
        )}
        {shown.map(({ id, name, about, isHere }) => (
          <label key={id} className={styles.target}>
            <input
              type="radio"
              name="target"
              checked={chosen === id}
              onChange={() => setChosen(id)}
            />
            <bdi>{name}</bdi>
            <small data-here={isHere}>{about}</small>
          </label>
        ))}
      </fieldset>
      <label>
        Internal note, if you like
        <textarea
          rows={2}
          dir="auto"
          maxLength={1000}
          value={note}
          onChange={(e) => setNote(e.target.value)}
        />
      </label>
      <FormEnd does="Transfer" mayDo={chosen !== null && !isBusy} onCancel={onCancel} />
    </form>
  )
}
