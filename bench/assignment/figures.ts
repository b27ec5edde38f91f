/** The median and the 95th percentile of some durations, in milliseconds. */
export function spread(durations: number[]): string {
  const sorted = durations.toSorted((a, b) => a - b)
  const at = (part: number) => sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * part))]
  return `${fixed(at(0.5))} (${fixed(at(0.95))})`
}

export function fixed(value: number | undefined): string {
  return (value ?? Number.NaN).toFixed(1)
}
