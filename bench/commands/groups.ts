import type { Contestants } from '../contestants.ts'
import type { Scene } from './scene.ts'
import type { Group } from './table.ts'
import { FLOOR, NAIVE, type Workload } from './workload.ts'
import { floorWorkload, naiveWorkload } from './workloads/beside.ts'
import { commandWorkloads } from './workloads/commands.ts'
import { messageWorkloads } from './workloads/messages.ts'
import { readWorkloads } from './workloads/reads.ts'

export const PARTS = ['counts', 'commands', 'messages', 'reads'] as const
export type Part = (typeof PARTS)[number]

/** All that is asked of Baton, and the bare reads. */
export async function allWorkloads(scene: Scene): Promise<Workload[]> {
  return [...commandWorkloads(scene), ...messageWorkloads(scene), ...(await readWorkloads(scene))]
}

/** The tables of these parts: what is measured together stands beside what it is compared with. */
export async function groupsOf(
  scene: Scene,
  { naive }: Contestants,
  parts: Part[],
): Promise<Group[]> {
  const through = [
    ...(parts.includes('commands') ? commandWorkloads(scene) : []),
    ...(parts.includes('messages') ? messageWorkloads(scene) : []),
  ]
  const beside = through.length > 0 ? [floorWorkload(), naiveWorkload(naive)] : []
  const reads = parts.includes('reads') ? await readWorkloads(scene) : []
  return [
    {
      ...{ title: 'Commands and messages', workloads: [...beside, ...through] },
      beside: [FLOOR, NAIVE],
    },
    { title: 'Reads', workloads: reads, beside: ['bare'] },
  ].filter(({ workloads }) => workloads.length > 0)
}
