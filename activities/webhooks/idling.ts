/** Tells for how many milliseconds there has been nothing to do, each time it is told whether there is. */
export function createIdling(): (nothing: boolean) => number {
  let since: number | null = null
  return (nothing) => {
    if (!nothing) since = null
    else since ??= Date.now()
    return since === null ? 0 : Date.now() - since
  }
}
