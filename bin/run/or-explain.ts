import { tell } from '../embedded/startup-error.ts'

/** Runs an entry point; on an error prints one line, if a person can mend it, and exits with 1. */
export async function orExplain(run: () => Promise<void>): Promise<void> {
  try {
    await run()
  } catch (error) {
    console.error(tell(error))
    process.exit(1)
  }
}
