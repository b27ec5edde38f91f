import { Button } from '../ui/button.tsx'
import styles from './form.module.css'

type Props = { does: string; mayDo: boolean; onCancel: () => void }

/** The end of a form in the editor: leave it, or do what it is for. */
export function FormEnd({ does, mayDo, onCancel }: Props) {
  return (
    <div className={styles.buttons}>
      <Button look="plain" onClick={onCancel}>
        Cancel
      </Button>
      <Button type="submit" disabled={!mayDo}>
        {does}
      </Button>
    </div>
  )
}
