/** The median and the 95th percentile of some durations, in milliseconds. */
export function spread(durations: number[]): string {
  return `${fixed(part(durations, 0.5))} (${fixed(part(durations, 0.95))})`
}

export function fixed(value: number | undefined): string {
  return (value ?? Number.NaN).toFixed(1)
}

/** The value below which this part of the values lies; NaN of none. */
export function part(values: number[], share: number): number {
  const sorted = values.toSorted((a, b) => a - b)
  return sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * share))] ?? Number.NaN
}

/** Of an even number of values, the mean of the two in the middle. */
export function median(values: number[]): number {
  const sorted = values.toSorted((a, b) => a - b)
  const [low, high] = [sorted[(sorted.length - 1) >> 1], sorted[sorted.length >> 1]]
  return ((low ?? Number.NaN) + (high ?? Number.NaN)) / 2
}

/** The median of some ratios, and in brackets the least and the most. */
export function medianAndRange(ratios: number[]): string {
  const [least, most] = [Math.min(...ratios), Math.max(...ratios)]
  return `${short(median(ratios))} (${short(least)}–${short(most)})`
}

/** A number in about three figures: 0.12, 3.4, 56, 789. */
export function short(value: number): string {
  if (!Number.isFinite(value)) return '–'
  return value.toFixed(value < 1 ? 2 : value < 20 ? 1 : 0)
}
