import { expect, test } from 'vitest'
import { createTurns } from '../../../api/events/turns.ts'

test('so many at once, the others in order, and who fails gives his place up', async () => {
  const inTurn = createTurns(2)
  const begun: number[] = []
  const ends: Array<(isWell: boolean) => void> = []
  const outcomes = [0, 1, 2, 3].map((number) =>
    inTurn(async () => {
      begun.push(number)
      const isWell = await new Promise<boolean>((resolve) => ends.push(resolve))
      if (!isWell) throw new Error('It failed')
      return number
    }).catch(() => 'failed'),
  )
  expect(begun).toEqual([0, 1])
  ends[1]?.(false)
  await expect.poll(() => begun).toEqual([0, 1, 2])
  ends[0]?.(true)
  await expect.poll(() => begun).toEqual([0, 1, 2, 3])
  for (const end of ends) end(true)
  expect(await Promise.all(outcomes)).toEqual([0, 'failed', 2, 3])
  expect(await inTurn(async () => 'again')).toBe('again')
})
