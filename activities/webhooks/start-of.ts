import type { Readable } from 'node:stream'

const MAX_BYTES = 1_024

/**
 * The first KiB of an answer's body as text that PostgreSQL can hold; the rest is not read. What
 * breaks off, or is not there in time, is as long as it is.
 */
export async function startOf(body: Readable, signal: AbortSignal): Promise<string> {
  // What is destroyed before its end says so, which would end the process if nobody heard.
  body.on('error', () => {})
  const chunks: Buffer[] = []
  let length = 0
  try {
    for await (const chunk of body) {
      chunks.push(chunk)
      length += chunk.length
      if (length >= MAX_BYTES || signal.aborted) break
    }
  } catch {
    // The status was the answer.
  }
  body.destroy()
  return cut(Buffer.from(cut(Buffer.concat(chunks))))
}

/** Twice is enough: what is not UTF-8 becomes longer. */
function cut(bytes: Buffer): string {
  const whole = new TextDecoder().decode(bytes.subarray(0, MAX_BYTES), { stream: true })
  return whole.replaceAll('\0', '\uFFFD')
}
