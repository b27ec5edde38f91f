/** So many do something at once; others wait until it is their turn, in order. */
export function createTurns(most: number) {
  const waiting: (() => void)[] = []
  let taken = 0

  return async function inTurn<T>(work: () => Promise<T>): Promise<T> {
    if (taken < most) taken++
    else await new Promise<void>((resolve) => waiting.push(resolve))
    try {
      return await work()
    } finally {
      const next = waiting.shift()
      // Who is next takes this place.
      if (next) next()
      else taken--
    }
  }
}
