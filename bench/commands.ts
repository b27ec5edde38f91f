import { parseArgs } from 'node:util'
import { type Counted, countAll } from './commands/counts.ts'
import { measureRounds, type Plan } from './commands/rounds.ts'
import { makeScene, type Scene } from './commands/scene.ts'
import { type Group, tablesOf } from './commands/table.ts'
import { FLOOR, NAIVE, type Workload } from './commands/workload.ts'
import { floorWorkload, naiveWorkload } from './commands/workloads/beside.ts'
import { commandWorkloads } from './commands/workloads/commands.ts'
import { messageWorkloads } from './commands/workloads/messages.ts'
import { readWorkloads } from './commands/workloads/reads.ts'
import { startContestants } from './contestants.ts'
import { ownEngines } from './own/engines.ts'
import { madeOn, writeReport } from './own/report.ts'

const { values: asked } = parseArgs({
  options: {
    quick: { type: 'boolean', default: false },
    write: { type: 'boolean', default: false },
    only: { type: 'string', default: 'counts,commands,messages,reads' },
    clients: { type: 'string' },
  },
})
const only = asked.only.split(',')
const full: Plan = { levels: [1, 16, 64], rounds: 4, sliceMs: 2_000, warmMs: 3_000 }
const quick: Plan = { levels: [1, 4], rounds: 2, sliceMs: 400, warmMs: 400 }
const plan = asked.quick ? quick : full
if (asked.clients) plan.levels = asked.clients.split(',').map(Number)

const say = (line: string) => console.error(line)
const all = async (scene: Scene) => [
  ...commandWorkloads(scene),
  ...messageWorkloads(scene),
  ...(await readWorkloads(scene)),
]

const engines = await ownEngines()
try {
  say('Counting')
  const counted: Counted[] = only.includes('counts') ? await countAll(engines, all) : []
  const contestants = await startContestants(engines)
  const scene = await makeScene(contestants.baton.url)
  const beside = [floorWorkload(), naiveWorkload(contestants.naive)]
  const chosen = async (name: string, of: () => Workload[] | Promise<Workload[]>) =>
    only.includes(name) ? await of() : []
  const groups: Group[] = [
    {
      ...{ title: 'Commands and messages', beside: [FLOOR, NAIVE] },
      workloads: [
        ...beside,
        ...(await chosen('commands', () => commandWorkloads(scene))),
        ...(await chosen('messages', () => messageWorkloads(scene))),
      ],
    },
    {
      ...{ title: 'Reads', beside: ['bare'] },
      workloads: await chosen('reads', () => readWorkloads(scene)),
    },
  ]
  const workloads = groups.flatMap((group) => group.workloads)
  const levels = await measureRounds({ engines, contestants }, workloads, plan, say)
  const report = `${madeOn()}\n\n${tablesOf(levels, groups, counted)}`
  console.log(report)
  if (asked.write) writeReport('commands', report)
  await Promise.all(Object.values(contestants).map((contestant) => contestant.stop()))
} finally {
  await engines.stop()
}
process.exit()
