import { once } from 'node:events'
import { createServer, type Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest'
import { type Asker, clientWith, openAsker, type Script } from '../../bench/commands/ask.ts'
import { middle, ratio } from '../../bench/commands/figures.ts'
import { measureSlice, type Slice } from '../../bench/commands/slice.ts'

let server: Server
let asker: Asker
/** Who is said to hold it; null: the connection is cut. */
let answers: Generator<string | null>
let used = 0

beforeAll(async () => {
  server = createServer((_, response) => {
    const { value } = answers.next()
    if (value === null) return void response.destroy()
    response.end(JSON.stringify({ holder: value }))
  }).listen(0, '127.0.0.1')
  await once(server, 'listening')
  asker = openAsker(`http://127.0.0.1:${(server.address() as AddressInfo).port}`, 2)
})
beforeEach(() => {
  used = 0
})
afterAll(async () => {
  await asker.close()
  server.close()
})

function* mia(...first: (string | null)[]): Generator<string | null> {
  yield* first
  for (;;) yield 'mia'
}

function* asking(): Script {
  const isRight = ({ body }: { body: { holder: string } }) => body.holder === 'mia'
  for (;;) yield { kind: 'takeover', method: 'POST', path: '/', body: {}, isRight }
}

const cpuNow = () => {
  used += 100
  return { node: used, temporal: used, postgres: used }
}
const measure = () =>
  measureSlice({
    asker,
    kind: 'takeover',
    ms: 50,
    cpuNow,
    clients: [asking(), asking()].map(clientWith),
  })

test('a slice in which all answers are right counts', async () => {
  answers = mia()
  const slice = await measure()
  expect(slice.wrong).toEqual([])
  expect(slice.p50).toBeGreaterThan(0)
  expect(slice.p99).toBeGreaterThanOrEqual(slice.p50)
  expect(slice.cpu.node).toBeGreaterThan(0)
})

test('one wrong answer is told, and so is one that never came', async () => {
  answers = mia('mia', 'noah', null)
  const { wrong } = await measure()
  expect(wrong).toHaveLength(2)
  expect(wrong[0]).toContain('noah')
})

const slice = (p50: number, wrong: string[] = []) => ({ p50, wrong }) as Slice
const p50 = (one: Slice) => one.p50

test('a void slice is in no figure, nor in the ratio of its round', () => {
  const cells = new Map([
    ['floor', [slice(1), slice(2), slice(1, ['wrong'])]],
    ['takeover', [slice(3), slice(4), slice(90)]],
  ])
  expect(middle(cells.get('floor') ?? [], p50)).toBe('1.5')
  expect(ratio(cells, 'takeover', 'floor', p50)).toBe('2.5 (2.0–3.0)')
})

test('what stands beside nothing has no ratio', () => {
  expect(ratio(new Map([['floor', [slice(1)]]]), 'floor', undefined, p50)).toBe('–')
})
