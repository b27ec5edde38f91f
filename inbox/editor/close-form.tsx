import { useState } from 'react'
import { takeFocus } from '../ui/take-focus.ts'
import styles from './form.module.css'
import { FormEnd } from './form-end.tsx'

type Props = { isBusy: boolean; onCancel: () => void; onClose: (note?: string) => void }

export function CloseForm({ isBusy, onCancel, onClose }: Props) {
  const [note, setNote] = useState('')
  return (
    <form
      className={styles.form}
      onSubmit={(event) => {
        event.preventDefault()
        onClose(note.trim() || undefined)
      }}
    >
      <h3>Close</h3>
      <p className={styles.hint}>A chat goes back to the AI agent that it came from.</p>
      <label>
        Internal note, if you like
        <textarea
          ref={takeFocus}
          rows={2}
          dir="auto"
          maxLength={1000}
          value={note}
          onChange={(e) => setNote(e.target.value)}
        />
      </label>
      <FormEnd does="Close" mayDo={!isBusy} onCancel={onCancel} />
    </form>
  )
}
