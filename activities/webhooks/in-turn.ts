export type InTurn = <T>(run: () => Promise<T>) => Promise<T>

/** Runs one after the other whatever it is given, so that all of it together takes one connection. */
export function createInTurn(): InTurn {
  let last: Promise<unknown> = Promise.resolve()
  return (run) => {
    const mine = last.then(run)
    last = mine.catch(() => {})
    return mine
  }
}
