import type { ReactNode } from 'react'

const LINK = /https?:\/\/[^\s<>"']+[^\s<>"'.,;:!?)\]}]/gi

/** A text with the links in it as links; all else is text, whatever it looks like. */
export function linked(text: string): ReactNode[] {
  const parts: ReactNode[] = []
  let end = 0
  for (const match of text.matchAll(LINK)) {
    const [url] = match
    parts.push(text.slice(end, match.index))
    parts.push(
      <a key={match.index} href={url} target="_blank" rel="noopener noreferrer nofollow">
        {url}
      </a>,
    )
    end = match.index + url.length
  }
  return [...parts, text.slice(end)]
}
