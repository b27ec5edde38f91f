import { useEffect, useRef } from 'react'
import { tinykeys } from 'tinykeys'
import { Button } from '../ui/button.tsx'
import styles from './keyboard.module.css'
import { shortcuts } from './shortcuts.ts'

type Props = { onStep: (by: 1 | -1) => void }

/** The keys of the page, and the list of them. Inside a text they are letters. */
export function Keyboard({ onStep }: Props) {
  const help = useRef<HTMLDialogElement>(null)
  const step = useRef(onStep)
  step.current = onStep
  useEffect(() => {
    const outsideText = (act: () => void) => (event: KeyboardEvent) => {
      if (isText(event.target)) return
      event.preventDefault()
      act()
    }
    const showHelp = outsideText(() => help.current?.showModal())
    return tinykeys(window, {
      j: outsideText(() => step.current(1)),
      k: outsideText(() => step.current(-1)),
      r: outsideText(() => document.getElementById('draft')?.focus()),
      // With Shift or without, as the keyboard has it.
      '?': showHelp,
      'Shift+?': showHelp,
      Escape: ({ target }) => isText(target) && (target as HTMLElement).blur(),
    })
  }, [])
  return (
    <dialog ref={help} className={styles.help} aria-labelledby="keys">
      <h2 id="keys">Keys</h2>
      <dl className={styles.keys}>
        {shortcuts.map(({ keys, what }) => (
          <div key={keys} className={styles.key}>
            <dt>
              <kbd>{keys}</kbd>
            </dt>
            <dd>{what}</dd>
          </div>
        ))}
      </dl>
      <Button look="plain" onClick={() => help.current?.close()}>
        Close
      </Button>
    </dialog>
  )
}

function isText(target: EventTarget | null): boolean {
  return target instanceof HTMLElement && target.matches('input, textarea, select')
}
