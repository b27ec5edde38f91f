import { makeScene } from '../commands/scene.ts'
import type { Workload } from '../commands/workload.ts'
import { commandWorkloads } from '../commands/workloads/commands.ts'
import type { Growing } from './growing.ts'

const USERS = 4

/** The same number of clients, in one workspace or spread over many. */
export async function manyWorkspaces(growing: Growing, numbers: number[]): Promise<string> {
  const workloads: Workload[] = []
  const title = (count: number) =>
    `takeovers in ${count} ${count === 1 ? 'workspace' : 'workspaces'}`
  for (const count of numbers) {
    const takeovers: Workload[] = []
    while (takeovers.length < count) {
      const [takeover] = commandWorkloads(await makeScene(growing.url, { users: USERS }))
      takeovers.push(takeover as Workload)
    }
    let next = 0
    workloads.push({
      ...(takeovers[0] as Workload),
      title: title(count),
      besides: count === numbers[0] ? [] : [title(numbers[0] as number)],
      script: () => (takeovers[next++ % count] as Workload).script(),
    })
  }
  return growing.compare(workloads, 'fewer')
}
