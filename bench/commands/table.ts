import type { Counted } from './counts.ts'
import { middle, ratio } from './figures.ts'
import type { Level } from './rounds.ts'
import type { Slice } from './slice.ts'
import type { Workload } from './workload.ts'

const p50 = ({ p50 }: Slice) => p50
const perSecond = ({ perSecond }: Slice) => perSecond

type Column = (level: Level, workload: Workload) => string
const slicesOf = ({ cells }: Level, { title }: Workload) => cells.get(title) ?? []
const middleOf = (pick: (slice: Slice) => number): Column => {
  return (level, workload) => middle(slicesOf(level, workload), pick)
}
const ratioOf = (place: number, pick: (slice: Slice) => number): Column => {
  return ({ cells }, { title, besides }) => ratio(cells, title, besides[place], pick)
}

const own: Record<string, Column> = {
  'p50, ms': middleOf(p50),
  'p99, ms': middleOf(({ p99 }) => p99),
  'a second': middleOf(perSecond),
  'CPU of node, ms': middleOf(({ cpu }) => cpu.node),
  'of Temporal': middleOf(({ cpu }) => cpu.temporal),
  'of PostgreSQL': middleOf(({ cpu }) => cpu.postgres),
}

/** Own figures, and what they are of each of these, which stand in a workload's `besides` so. */
function columnsBeside(names: string[]): Record<string, Column> {
  const ratios = names.flatMap((name, place) => [
    [`p50 ÷ ${name}`, ratioOf(place, p50)],
    [`a second ÷ ${name}`, ratioOf(place, perSecond)],
  ])
  return { ...own, ...Object.fromEntries(ratios) }
}

/** Workloads in one table; `beside` names what their `besides` are. */
export type Group = { title: string; workloads: Workload[]; beside: string[] }

/** Everything that was measured, as Markdown; at the end, which slices are void. */
export function tablesOf(levels: Level[], groups: Group[]): string[] {
  const tables = levels.flatMap((level) =>
    groups.map(({ title, workloads, beside }) => {
      return `### ${title}, ${clientsIn(level)}\n\n${comparison(level, workloads, beside)}`
    }),
  )
  const all = groups.flatMap(({ workloads }) => workloads)
  return [...tables, voids(levels, all)]
}

function clientsIn({ clients }: Level): string {
  return clients === 1 ? '1 client' : `${clients} clients`
}

/** A row for each workload at this number of clients. */
export function comparison(level: Level, workloads: Workload[], beside: string[]): string {
  const columns = columnsBeside(beside)
  const rows = workloads.map((workload) => [
    workload.title,
    ...Object.values(columns).map((column) => column(level, workload)),
  ])
  return markdown(['', ...Object.keys(columns)], rows)
}

/** What does not depend on the machine, as Markdown. */
export function countsTable(counted: Counted[]): string {
  const head = [
    ...['', 'statements of the API', 'round trips', 'statements of the worker', 'round trips'],
    ...['statements in all', 'round trips', 'history events', 'state transitions'],
  ]
  const rows = counted.map(({ title, samples }) => [
    title,
    range(samples.map(({ api }) => api.statements)),
    range(samples.map(({ api }) => api.roundTrips)),
    range(samples.map(({ worker }) => worker.statements)),
    range(samples.map(({ worker }) => worker.roundTrips)),
    range(samples.map(({ inAll }) => inAll.statements)),
    range(samples.map(({ inAll }) => inAll.roundTrips)),
    range(samples.map(({ events }) => events)),
    range(samples.map(({ transitions }) => transitions)),
  ])
  return `### What each costs, counted\n\n${markdown(head, rows)}`
}

/** One figure, or from the least to the most. */
function range(values: number[]): string {
  const [least, most] = [Math.min(...values), Math.max(...values)]
  return least === most ? `${least}` : `${least}–${most}`
}

function markdown(head: string[], rows: string[][]): string {
  const line = (cells: string[]) => `| ${cells.join(' | ')} |`
  const rule = head.map((_, n) => (n === 0 ? '---' : '---:'))
  return [line(head), line(rule), ...rows.map(line)].join('\n')
}

/** Which slices do not count, and the first wrong answer of each. */
export function voids(levels: Level[], workloads: Workload[]): string {
  const lines = levels.flatMap((level) =>
    workloads.flatMap((workload) =>
      slicesOf(level, workload).flatMap(({ wrong }, round) =>
        wrong.length === 0
          ? []
          : `- ${workload.title}, ${clientsIn(level)}, round ${round + 1}: ${wrong.length} wrong, such as \`${wrong[0]}\``,
      ),
    ),
  )
  if (lines.length === 0) return 'Every answer was right.'
  return `Void, because of wrong answers:\n\n${lines.join('\n')}`
}
