import { parseArgs } from 'node:util'
import { countAll } from './commands/counts.ts'
import { allWorkloads, groupsOf, PARTS, type Part } from './commands/groups.ts'
import { measureRounds, type Plan } from './commands/rounds.ts'
import { makeScene } from './commands/scene.ts'
import { countsTable, tablesOf } from './commands/table.ts'
import { startContestants } from './contestants.ts'
import { type Engines, ownEngines } from './own/engines.ts'
import { madeOn, writeReport } from './own/report.ts'

const { values: asked } = parseArgs({
  options: {
    quick: { type: 'boolean', default: false },
    write: { type: 'boolean', default: false },
    only: { type: 'string', default: PARTS.join() },
    clients: { type: 'string' },
  },
})
const parts = asked.only.split(',') as Part[]
const full: Plan = {
  ...{ levels: [1, 16, 64], rounds: 4, warmMs: 2_000 },
  sliceMs: (clients) => (clients === 1 ? 1_500 : clients <= 16 ? 2_000 : 3_000),
}
const quick: Plan = { levels: [1, 4], rounds: 2, warmMs: 400, sliceMs: () => 400 }
const plan = asked.quick ? quick : full
if (asked.clients) plan.levels = asked.clients.split(',').map(Number)

const say = (line: string) => console.error(line)

async function counted(engines: Engines): Promise<string[]> {
  if (!parts.includes('counts')) return []
  say('Counting')
  return [countsTable(await countAll(engines, allWorkloads))]
}

async function timed(engines: Engines): Promise<string[]> {
  if (parts.every((part) => part === 'counts')) return []
  const contestants = await startContestants(engines)
  const groups = await groupsOf(await makeScene(contestants.baton.url), contestants, parts)
  const workloads = groups.flatMap((group) => group.workloads)
  const levels = await measureRounds({ engines, contestants }, workloads, plan, say)
  await Promise.all(Object.values(contestants).map((contestant) => contestant.stop()))
  return tablesOf(levels, groups)
}

const engines = await ownEngines()
try {
  const report = [madeOn(), ...(await counted(engines)), ...(await timed(engines))].join('\n\n')
  console.log(report)
  if (asked.write) writeReport('commands', report)
} finally {
  await engines.stop()
}
process.exit()
