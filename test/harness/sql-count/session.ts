import { type Message, stringsIn } from './messages.ts'

/** One time that a client sent something and had nothing more to send before it was answered. */
export type RoundTrip = {
  session: Session
  /** What was executed in it. */
  executed: string[]
  /** What it was about: executed, or only prepared or described. */
  about: string[]
  /** What was prepared in it under a name, which costs once in each session. */
  prepared: string[]
}

export type Session = {
  /** Known once the client has introduced itself. */
  applicationName: string
  /** Whether it ever asked to be notified. */
  listens: boolean
}

/** What `read` is told of both sides of one session; `begun` is called for each round trip. */
export function readSession(begun: (trip: RoundTrip) => void) {
  const session: Session = { applicationName: '', listens: false }
  const prepared = new Map<string, string>()
  const bound = new Map<string, string>()
  /** What the server still has to answer, in order: a Sync or Query, or a Flush. */
  const owed: ('ready' | 'described')[] = []
  let trip: RoundTrip | null = null
  let latest = ''

  function about(text: string): void {
    latest = text
    if (trip && !trip.about.includes(text)) trip.about.push(text)
    if (/^\s*listen\b/i.test(text)) session.listens = true
  }

  function execute(text: string): void {
    about(text)
    trip?.executed.push(text)
  }

  function mayBegin(): void {
    if (trip) return
    trip = { session, executed: [], about: [], prepared: [] }
    begun(trip)
  }

  const reads: Record<string, (body: Buffer) => void> = {
    P(body) {
      const [name = '', text = ''] = stringsIn(body, 2)
      prepared.set(name, text)
      if (name !== '') trip?.prepared.push(text)
      about(text)
    },
    B(body) {
      const [portal = '', name = ''] = stringsIn(body, 2)
      const text = prepared.get(name) ?? ''
      bound.set(portal, text)
      about(text)
    },
    E: (body) => execute(bound.get(stringsIn(body, 1)[0] ?? '') ?? ''),
    Q(body) {
      execute(stringsIn(body, 1)[0] ?? '')
      owed.push('ready')
    },
    S: () => void owed.push('ready'),
    H: () => void owed.push('described'),
    D: () => {},
    C: () => {},
  }

  function fromClient({ type, body }: Message): void {
    if (type === '') {
      const said = stringsIn(body.subarray(4), 100)
      session.applicationName = said[said.indexOf('application_name') + 1] ?? ''
    }
    const read = reads[type]
    if (!read) return
    mayBegin()
    read(body)
    // A Sync alone belongs to what went before it.
    if (trip?.about.length === 0 && latest) trip.about.push(latest)
  }

  /** Once all that was asked is answered, what is sent next is another round trip. */
  function fromServer({ type }: Message): void {
    if (type === 'Z') owed.splice(0, owed.indexOf('ready') + 1)
    const isDescription = type === 'T' || type === 'n' || type === 'E'
    if (isDescription && owed[0] === 'described') owed.shift()
    if (owed.length === 0) trip = null
  }

  return { fromClient, fromServer }
}
