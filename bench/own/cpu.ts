import { readFileSync } from 'node:fs'

/** Linux counts in these, whatever the clock of its kernel. */
const MS_PER_TICK = 10

/** The processor time these processes have used so far, in milliseconds; NaN where Linux is not. */
export function cpuOf(pids: number[]): number {
  return pids.reduce((sum, pid) => sum + cpuOfOne(pid), 0)
}

function cpuOfOne(pid: number): number {
  if (process.platform !== 'linux') return Number.NaN
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, 'utf8')
    const [, ...fields] = stat.slice(stat.lastIndexOf(')') + 1).split(' ')
    // utime, stime, and the same of children that have ended and were waited for.
    return fields.slice(11, 15).reduce((sum, ticks) => sum + Number(ticks) * MS_PER_TICK, 0)
  } catch {
    return 0
  }
}
