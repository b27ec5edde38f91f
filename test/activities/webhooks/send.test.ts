import { once } from 'node:events'
import { createServer as createTlsServer } from 'node:https'
import { type AddressInfo, createServer, type Socket } from 'node:net'
import { afterEach, expect, test, vi } from 'vitest'
import type { Address } from '../../../activities/webhooks/lookup.ts'
import { openSender } from '../../../activities/webhooks/send.ts'
import { newWebhookSecret } from '../../../db/ids.ts'
import { answer, type Reaction, type Receiver, startReceiver } from '../../harness/receiver.ts'
import { selfSigned } from './self-signed.ts'

const open: { close(): void }[] = []
afterEach(() => {
  for (const one of open.splice(0)) one.close()
})

const secret = newWebhookSecret()
const delivery = { id: 'dlv_1', body: '{"type":"x","timestamp":"y","data":{}}' }
const REFUSED = {
  status: null,
  body: null,
  error: 'The address is private or loopback',
  permanent: true,
}

async function aReceiver(react?: Reaction): Promise<Receiver> {
  const receiver = await startReceiver(react)
  open.push(receiver)
  return receiver
}

function sendTo(url: string, options: Partial<Parameters<typeof openSender>[0]> = {}) {
  const sender = openSender({ allowPrivate: true, answerWithinMs: 300, ...options })
  open.push(sender)
  return sender.send({ url, secret }, delivery)
}

test('the body is signed as it is sent, and the answer is returned', async () => {
  const receiver = await aReceiver(answer(201, 'Thanks'))
  expect(await sendTo(receiver.url)).toEqual({ status: 201, error: null, body: 'Thanks' })
  expect(receiver.received).toHaveLength(1)
  expect(receiver.received[0]?.text).toBe(delivery.body)
  expect(receiver.received[0]?.id).toBe('dlv_1')
  receiver.received[0]?.verify(secret)
  expect(() => receiver.received[0]?.verify(newWebhookSecret())).toThrow('No matching signature')
})

test('no connection stays open after the sender is closed', async () => {
  const sockets: (Socket | null)[] = []
  const receiver = await aReceiver((response) => {
    sockets.push(response.socket)
    response.end()
  })
  const sender = openSender({ allowPrivate: true, answerWithinMs: 300 })
  await sender.send({ url: receiver.url, secret }, delivery)
  expect(sockets).toMatchObject([{ destroyed: false }])
  sender.close()
  await vi.waitFor(() => expect(sockets).toMatchObject([{ destroyed: true }]), 1_000)
})

test('a redirect is an answer, and not followed', async () => {
  const elsewhere = await aReceiver()
  const receiver = await aReceiver(answer(307, '', { location: elsewhere.url }))
  expect(await sendTo(receiver.url)).toMatchObject({ status: 307 })
  expect(elsewhere.received).toEqual([])
})

test.each([
  ['long', 'x'.repeat(100_000), 'x'.repeat(1024)],
  ['cut within a letter', `${'x'.repeat(1023)}é`, 'x'.repeat(1023)],
  ['with NUL', 'a\0b', 'a\uFFFDb'],
])('an answer that is %s is kept as far as it can be', async (_what, sent, kept) => {
  const receiver = await aReceiver(answer(200, sent))
  expect((await sendTo(receiver.url)).body).toBe(kept)
})

test('an answer that is not UTF-8 is no longer than 1 KiB either', async () => {
  const bytes = Buffer.alloc(5_000, 0xff)
  const receiver = await aReceiver((response) => response.end(bytes))
  const { body } = await sendTo(receiver.url)
  expect(Buffer.byteLength(body ?? '')).toBeLessThanOrEqual(1024)
  expect(body).toMatch(/^\uFFFD+$/)
})

test('an endless answer is cut, and of an answer that stops in the middle the first part counts', async () => {
  const endless = await aReceiver((response) => {
    const more = setInterval(() => response.write('x'.repeat(600)), 10)
    response.on('close', () => clearInterval(more))
  })
  expect((await sendTo(endless.url)).body).toBe('x'.repeat(1024))
  const stopped = await aReceiver((response) => response.write('Half'))
  expect(await sendTo(stopped.url)).toEqual({ status: 200, error: null, body: 'Half' })
})

test('a receiver that is late, hangs up, or is not there, has no status', async () => {
  const hanging = await aReceiver(() => {})
  const late = await sendTo(hanging.url)
  expect(late).toMatchObject({ status: null, error: 'No answer within 0.3 s', permanent: false })
  const rude = await aReceiver((response) => response.destroy())
  expect(await sendTo(rude.url)).toMatchObject({ status: null, error: 'UND_ERR_SOCKET' })
  rude.close()
  expect(await sendTo(rude.url)).toMatchObject({ error: 'ECONNREFUSED', permanent: false })
})

test('a receiver that does not speak TLS or HTTP is reported so', async () => {
  const { port } = await aReceiver()
  const wrong = await sendTo(`https://127.0.0.1:${port}/`)
  expect(wrong).toMatchObject({ status: null, error: 'ERR_SSL_WRONG_VERSION_NUMBER' })
  const babble = createServer((socket) => socket.end('Hello\r\n\r\n'))
  open.push(babble.listen(0, '127.0.0.1'))
  await once(babble, 'listening')
  const { port: other } = babble.address() as AddressInfo
  expect(await sendTo(`http://127.0.0.1:${other}/`)).toMatchObject({
    status: null,
    error: expect.stringMatching(/^HPE_/),
  })
})

test('a receiver with a certificate that nobody vouches for is told nothing', async () => {
  let received = 0
  const server = createTlsServer(selfSigned, () => {
    received += 1
  })
  open.push(server.listen(0, '127.0.0.1'))
  await once(server, 'listening')
  const { port } = server.address() as AddressInfo
  expect(await sendTo(`https://127.0.0.1:${port}/`)).toMatchObject({
    ...{ status: null, error: 'DEPTH_ZERO_SELF_SIGNED_CERT', permanent: false },
  })
  expect(received).toBe(0)
})

test('a name with silent servers is not waited for longer than a receiver', async () => {
  const resolve = () => new Promise<never>(() => {})
  const late = await sendTo('http://hook.test/', { resolve })
  expect(late).toMatchObject({ status: null, error: 'No answer within 0.3 s' })
})

test.each(['127.0.0.1', '2130706433', '0x7f000001', '127.1', '[::ffff:127.0.0.1]', 'localhost'])(
  'nothing reaches http://%s unless private addresses are allowed',
  async (host) => {
    const receiver = await aReceiver()
    const url = `http://${host}:${receiver.port}/`
    expect(await sendTo(url, { allowPrivate: false })).toEqual(REFUSED)
    expect(receiver.received).toEqual([])
  },
)

const loopback: Address = { address: '127.0.0.1', family: 4 }

test.each<[string, Address[]]>([
  ['a private address', [loopback]],
  ['a public and a private one', [{ address: '1.1.1.1', family: 4 }, loopback]],
  ['an IPv4-mapped one', [{ address: '::ffff:127.0.0.1', family: 6 }]],
])('a name with %s is refused', async (_what, addresses) => {
  const receiver = await aReceiver()
  const url = `http://hook.test:${receiver.port}/`
  const resolve = async () => addresses
  expect(await sendTo(url, { allowPrivate: false, resolve })).toEqual(REFUSED)
  expect(receiver.received).toEqual([])
})

test('the connection goes to the address that was checked: a name is resolved once', async () => {
  const receiver = await aReceiver()
  let asked = 0
  const resolve = async () => {
    asked += 1
    return [loopback]
  }
  const url = `http://hook.test:${receiver.port}/`
  expect(await sendTo(url, { resolve })).toMatchObject({ status: 200 })
  expect(asked).toBe(1)
  expect(receiver.received[0]?.headers.host).toBe(`hook.test:${receiver.port}`)
})

test('an unknown name is reported so', async () => {
  const resolve = () => Promise.reject(Object.assign(new Error('?'), { code: 'ENOTFOUND' }))
  expect(await sendTo('http://hook.test/', { resolve })).toMatchObject({
    status: null,
    error: 'ENOTFOUND',
    permanent: false,
  })
})
