import { expect, test, vi } from 'vitest'
import { keepRunning } from '../../bin/embedded/keep-running.ts'

function program(pid: number) {
  let die: (how: string) => void = () => {}
  const ended = new Promise<string>((resolve) => {
    die = resolve
  })
  const stop = vi.fn(async () => die('exit code 0'))
  return { pid, ended, stop, die: (how: string) => die(how) }
}

test('a program that ends by itself is started again, and this is logged', async () => {
  const [first, second] = [program(1), program(2)]
  const log = vi.fn()
  const revived = keepRunning('Temporal', first, async () => second, log)
  first.die('SIGKILL')
  await vi.waitFor(() =>
    expect(log).toHaveBeenCalledWith(
      'Temporal (pid 1) ended by itself: SIGKILL. Starting it again …',
    ),
  )
  await revived.stop()
  expect(first.stop).not.toHaveBeenCalled()
})

test('a start that fails is tried again', async () => {
  const [first, second] = [program(1), program(2)]
  const start = vi.fn().mockRejectedValueOnce(new Error('no memory')).mockResolvedValue(second)
  const revived = keepRunning('PostgreSQL', first, start, () => {})
  first.die('SIGKILL')
  await vi.waitFor(() => expect(start).toHaveBeenCalledTimes(2), { timeout: 3_000 })
  await revived.stop()
  expect(second.stop).toHaveBeenCalled()
})

test('a stopped program stays stopped', async () => {
  const first = program(1)
  const start = vi.fn()
  await keepRunning('PostgreSQL', first, start, () => {}).stop()
  expect(first.stop).toHaveBeenCalled()
  expect(start).not.toHaveBeenCalled()
})
