import { parseArgs } from 'node:util'
import type { Plan } from './commands/rounds.ts'
import { startGrowing } from './growth/growing.ts'
import { longLife } from './growth/long-life.ts'
import { openConversations } from './growth/open-conversations.ts'
import { drainedQueue } from './growth/queue.ts'
import { manyWorkspaces } from './growth/workspaces.ts'
import { ownEngines } from './own/engines.ts'
import { madeOn, writeReport } from './own/report.ts'

const { values: asked } = parseArgs({
  options: {
    quick: { type: 'boolean', default: false },
    write: { type: 'boolean', default: false },
  },
})
type Scale = {
  plan: Plan
  open: number[]
  age: number
  workspaces: number[]
  queue: [number, number]
}
const full: Scale = {
  plan: { levels: [64], rounds: 4, sliceMs: () => 3_000, warmMs: 3_000 },
  ...{ open: [1_000, 20_000], age: 10_000, workspaces: [1, 10, 100], queue: [10_000, 100] },
}
const quick: Scale = {
  plan: { levels: [4], rounds: 2, sliceMs: () => 400, warmMs: 400 },
  ...{ open: [100, 1_000], age: 50, workspaces: [1, 4], queue: [50, 5] },
}
const { plan, open, age, workspaces, queue } = asked.quick ? quick : full

const say = (line: string) => console.error(line)
const engines = await ownEngines()
try {
  const growing = await startGrowing(engines, plan, say)
  const parts = [
    `### Open conversations in the workspace\n\n${await openConversations(growing, open)}`,
    `### Workspaces at once\n\n${await manyWorkspaces(growing, workspaces)}`,
    `### A long life\n\n${await longLife(growing, age)}`,
    `### A long queue\n\n${await drainedQueue(growing, ...queue)}`,
  ]
  await growing.stop()
  const report = [madeOn(), ...parts].join('\n\n')
  console.log(report)
  if (asked.write) writeReport('growth', report)
} finally {
  await engines.stop()
}
process.exit()
