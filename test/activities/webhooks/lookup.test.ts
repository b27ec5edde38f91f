import { createSocket } from 'node:dgram'
import { once } from 'node:events'
import { afterEach, expect, test } from 'vitest'
import { createResolve } from '../../../activities/webhooks/lookup.ts'

const A = 1
const AAAA = 28

const open: { close(): void }[] = []
afterEach(() => {
  for (const one of open.splice(0)) one.close()
})

/** A name server that knows these of every name, by type, and says nothing of other types. */
async function aNameServer(known: { [type: number]: number[] | 'nothing' }): Promise<string> {
  const socket = createSocket('udp4')
  open.push(socket)
  socket.on('message', (asked, { port, address }) => {
    // Behind the header, the name ends with an empty label; then come type and class.
    const question = asked.subarray(12, asked.indexOf(0, 12) + 5)
    const type = question.readUInt16BE(question.length - 4)
    const data = known[type]
    if (data === undefined) return
    const records = data === 'nothing' ? [] : [record(type, data)]
    const header = Buffer.from([
      ...asked.subarray(0, 2),
      0x81,
      0x80,
      0,
      1,
      0,
      records.length,
      0,
      0,
      0,
      0,
    ])
    socket.send(Buffer.concat([header, question, ...records]), port, address)
  })
  socket.bind(0, '127.0.0.1')
  await once(socket, 'listening')
  return `127.0.0.1:${socket.address().port}`
}

/** It names what was asked, and counts for a minute. */
const record = (type: number, data: number[]) =>
  Buffer.from([0xc0, 12, 0, type, 0, 1, 0, 0, 0, 60, 0, data.length, ...data])

async function resolved(known: Parameters<typeof aNameServer>[0], withinMs = 10_000) {
  const resolve = createResolve({ system: false, servers: [await aNameServer(known)] })
  return resolve('hook.example.com', AbortSignal.timeout(withinMs))
}

const v4 = { address: '1.2.3.4', family: 4 }
const v6 = { address: '2606::1', family: 6 }
const bytes6 = [0x26, 0x06, ...Array.from({ length: 13 }, () => 0), 1]

test('a name has the addresses of both families', async () => {
  expect(await resolved({ [A]: [1, 2, 3, 4], [AAAA]: bytes6 })).toEqual([v4, v6])
  expect(await resolved({ [A]: [1, 2, 3, 4], [AAAA]: 'nothing' })).toEqual([v4])
})

test('a name with servers that are silent about one family is soon known by the other', async () => {
  const began = Date.now()
  expect(await resolved({ [A]: [1, 2, 3, 4] })).toEqual([v4])
  expect(await resolved({ [AAAA]: bytes6 })).toEqual([v6])
  expect(Date.now() - began).toBeLessThan(2_500)
})

test('servers that do not answer are given up when the time is over', async () => {
  await expect(resolved({}, 50)).rejects.toMatchObject({ code: 'ECANCELLED' })
})

test('the system is not asked for a name without addresses', async () => {
  const nothing = resolved({ [A]: 'nothing', [AAAA]: 'nothing' })
  await expect(nothing).rejects.toMatchObject({ code: 'ENODATA' })
})

test.each(['localhost', 'LocalHost.', 'hook.localhost'])('%s is this machine', async (name) => {
  const resolve = createResolve({ system: false, servers: ['127.0.0.1:1'] })
  expect(await resolve(name, AbortSignal.timeout(50))).toContainEqual({
    ...{ address: '127.0.0.1', family: 4 },
  })
})
