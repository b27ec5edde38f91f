import { listRunningHandovers } from '../../db/handovers.ts'
import type { SweepDeps } from '../sweep.ts'

const BATCH = 100

/** Starts the workflow of each handover that has not ended; one that runs is left alone. */
export async function sweepHandovers({ db, engine }: SweepDeps): Promise<void> {
  for (const { id } of await listRunningHandovers(db, BATCH)) await engine.startHandover(id)
}
