import styles from './avatar.module.css'

/** The first letters of a name, for the eye only: the name stands beside it. */
export function Avatar({ name, isAi = false }: { name: string; isAi?: boolean }) {
  const letters = isAi ? 'AI' : initials(name)
  return (
    <span aria-hidden="true" className={styles.avatar} data-tone={isAi ? 'ai' : toneOf(name)}>
      {letters}
    </span>
  )
}

function initials(name: string): string {
  const words = name.trim().split(/\s+/).filter(Boolean)
  const letters = [words[0], words.length > 1 ? words.at(-1) : undefined]
  return (
    letters
      .map((word) => [...(word ?? '')][0] ?? '')
      .join('')
      .toUpperCase() || '?'
  )
}

const TONES = 6

function toneOf(name: string): number {
  return [...name].reduce((sum, letter) => sum + (letter.codePointAt(0) ?? 0), 0) % TONES
}
