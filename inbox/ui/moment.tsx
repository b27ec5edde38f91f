import { useEffect, useState } from 'react'

const DAY_MS = 86_400_000

/** An instant as short as it can be told, in the reader's zone; whole on hover. */
export function Moment({ at }: { at: string }) {
  const when = new Date(at)
  const now = useNow()
  return (
    <time dateTime={at} title={when.toLocaleString()}>
      {short(when, now)}
    </time>
  )
}

function short(when: Date, now: number): string {
  const ago = now - when.getTime()
  if (ago < 60_000) return 'now'
  if (ago < 3_600_000) return `${Math.floor(ago / 60_000)} min`
  if (ago < DAY_MS) return when.toLocaleTimeString([], { hour: '2-digit', minute: '2-digit' })
  return when.toLocaleDateString([], { day: 'numeric', month: 'short' })
}

function useNow(): number {
  const [now, setNow] = useState(Date.now)
  useEffect(() => {
    const ticking = setInterval(() => setNow(Date.now()), 30_000)
    return () => clearInterval(ticking)
  }, [])
  return now
}
