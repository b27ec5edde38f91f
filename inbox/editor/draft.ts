import { useEffect, useState } from 'react'

type Draft = { text: string; key: string }

/** A text on its way, kept in this browser per user and conversation until it is sent. */
export function useDraft(userId: string, conversationId: string) {
  const place = `baton.draft.${userId}.${conversationId}`
  const [draft, setDraft] = useState<Draft>(() => read(place))
  useEffect(() => {
    if (draft.text) localStorage.setItem(place, JSON.stringify(draft))
    else localStorage.removeItem(place)
  }, [place, draft])
  return {
    ...draft,
    /** Another text is another request: it has a key of its own. */
    write: (text: string) => setDraft({ text, key: newKey() }),
    /** The same text, to be asked for anew after it was refused. */
    renew: () => setDraft(({ text }) => ({ text, key: newKey() })),
    clear: () => setDraft({ text: '', key: newKey() }),
  }
}

function read(place: string): Draft {
  try {
    const kept = JSON.parse(localStorage.getItem(place) ?? 'null') as Draft | null
    return kept?.text && kept.key ? kept : { text: '', key: newKey() }
  } catch {
    // Somebody else's text in this place is no draft.
    return { text: '', key: newKey() }
  }
}

/** `crypto.randomUUID` is there on secure origins alone; an Inbox may be served without TLS in a private network. */
export function newKey(): string {
  const bytes = crypto.getRandomValues(new Uint8Array(16))
  return [...bytes].map((byte) => byte.toString(16).padStart(2, '0')).join('')
}
