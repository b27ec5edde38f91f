/** A message of PostgreSQL's protocol, version 3; `type` is empty for those that open a session. */
export type Message = { type: string; body: Buffer }

const LENGTH_BYTES = 4

/**
 * Cuts what one side sends into its messages, however the network cut it. A client's first message
 * has no type.
 */
export function cutMessages(tell: (message: Message) => void, side: 'client' | 'server') {
  let rest: Buffer = Buffer.alloc(0)
  let isOpen = side === 'server'
  return (data: Buffer): void => {
    rest = rest.length === 0 ? data : Buffer.concat([rest, data])
    for (;;) {
      const typeBytes = isOpen ? 1 : 0
      if (rest.length < typeBytes + LENGTH_BYTES) return
      const whole = typeBytes + rest.readUInt32BE(typeBytes)
      if (rest.length < whole) return
      const type = rest.toString('latin1', 0, typeBytes)
      const body = rest.subarray(typeBytes + LENGTH_BYTES, whole)
      rest = rest.subarray(whole)
      isOpen = true
      tell({ type, body })
    }
  }
}

/** The strings that stand at the beginning of a body, each ended by a zero. */
export function stringsIn(body: Buffer, count: number): string[] {
  const found: string[] = []
  for (let from = 0; found.length < count && from < body.length; ) {
    const end = body.indexOf(0, from)
    if (end < 0) break
    found.push(body.toString('utf8', from, end))
    from = end + 1
  }
  return found
}
