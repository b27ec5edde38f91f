import { median, medianAndRange, short } from '../figures.ts'
import type { Cells } from './rounds.ts'
import type { Slice } from './slice.ts'

type Pick = (slice: Slice) => number

/** The slices in which every answer was right; the place of a void one stays empty. */
function sound(slices: Slice[]): (Slice | null)[] {
  return slices.map((slice) => (slice.wrong.length === 0 ? slice : null))
}

/** The median over all sound slices. */
export function middle(slices: Slice[], pick: Pick): string {
  const figures = sound(slices).flatMap((slice) => (slice ? [pick(slice)] : []))
  return short(median(figures.filter(Number.isFinite)))
}

/** What one is of another in the same round: the median, the least and the most. */
export function ratio(cells: Cells, title: string, beside: string | undefined, pick: Pick): string {
  const others = sound(cells.get(beside ?? '') ?? [])
  const ratios = sound(cells.get(title) ?? []).flatMap((slice, round) => {
    const other = others[round]
    return slice && other ? [pick(slice) / pick(other)].filter(Number.isFinite) : []
  })
  return ratios.length === 0 ? '–' : medianAndRange(ratios)
}
