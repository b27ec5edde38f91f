import { openDatabase } from '../../db/client.ts'
import { measureRounds, type Plan } from '../commands/rounds.ts'
import { comparison, voids } from '../commands/table.ts'
import type { Workload } from '../commands/workload.ts'
import { environmentOf, startBaton } from '../contestants.ts'
import type { Engines } from '../own/engines.ts'

export type Growing = Awaited<ReturnType<typeof startGrowing>>

/** Baton alone, to be asked the same of more and more. */
export async function startGrowing(engines: Engines, plan: Plan, say: (line: string) => void) {
  const baton = await startBaton(environmentOf(engines))
  const client = openDatabase(engines.databaseUrl, 3)
  return {
    ...{ url: baton.url, db: client.db },
    /** Measures these in turn; the table, with what each is of the one it stands beside. */
    async compare(workloads: Workload[], beside: string): Promise<string> {
      const levels = await measureRounds({ engines, contestants: { baton } }, workloads, plan, say)
      const tables = levels.map((level) => comparison(level, workloads, [beside]))
      return [...tables, voids(levels, workloads)].join('\n\n')
    },
    async stop(): Promise<void> {
      await client.close()
      await baton.stop()
    },
  }
}
