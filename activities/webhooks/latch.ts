/**
 * One loop waits at it; other code opens it when there is news. Opened while the loop is busy, it
 * stays open, so that the next wait ends at once. Each wait closes it again.
 */
export class Latch {
  #isOpen = false
  #endWait = () => {}

  open(): void {
    this.#isOpen = true
    this.#endWait()
  }

  /** Resolves as soon as the latch is open, or after so many milliseconds. */
  async wait(ms: number): Promise<void> {
    if (!this.#isOpen) await this.#opened(ms)
    this.#isOpen = false
  }

  #opened(ms: number): Promise<void> {
    return new Promise((resolve) => {
      const timer = setTimeout(resolve, ms)
      this.#endWait = () => {
        clearTimeout(timer)
        resolve()
      }
    })
  }
}
