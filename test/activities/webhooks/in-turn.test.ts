import { expect, test } from 'vitest'
import { createInTurn } from '../../../activities/webhooks/in-turn.ts'

test('never two at once, and one that fails keeps no other from its turn', async () => {
  const inTurn = createInTurn()
  const seen: string[] = []
  const run = (name: string, error?: Error) => () =>
    new Promise<string>((resolve, reject) => {
      seen.push(`${name} begins`)
      setImmediate(() => {
        seen.push(`${name} ends`)
        if (error) reject(error)
        else resolve(name)
      })
    })
  const all = [inTurn(run('a')), inTurn(run('b', new Error('b'))), inTurn(run('c'))]
  expect(await Promise.allSettled(all)).toMatchObject([
    { value: 'a' },
    { reason: { message: 'b' } },
    { value: 'c' },
  ])
  const each = ['a', 'b', 'c'].flatMap((name) => [`${name} begins`, `${name} ends`])
  expect(seen).toEqual(each)
})
