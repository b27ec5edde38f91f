import { once } from 'node:events'
import { Agent, get, type IncomingMessage } from 'node:http'

const agent = new Agent({ maxSockets: Number.POSITIVE_INFINITY })

/** Reads one stream, and tells the number of each event when it has come. */
export async function openReader(url: string, token: string, tell: (number: number) => void) {
  const headers = { authorization: `Bearer ${token}` }
  const request = get(`${url}/v1/events`, { agent, headers })
  const [answer] = (await once(request, 'response')) as [IncomingMessage]
  let rest = ''
  answer.setEncoding('utf8')
  answer.on('data', (text: string) => {
    const read = rest + text
    const whole = read.lastIndexOf('\n\n') + 2
    rest = read.slice(whole)
    for (const [, number] of read.slice(0, whole).matchAll(/"number":(\d+)/g)) tell(Number(number))
  })
  answer.on('error', () => {})
  return { close: () => request.destroy() }
}
