import { tell } from '../embedded/startup-error.ts'

/** Runs an entry point; what goes wrong is told in a line where a person can mend it, and exits 1. */
export async function orExplain(run: () => Promise<void>): Promise<void> {
  try {
    await run()
  } catch (error) {
    console.error(tell(error))
    process.exit(1)
  }
}
