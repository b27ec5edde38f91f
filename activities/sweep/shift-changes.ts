import { listRunningHandovers } from '../../db/shift-changes.ts'
import { repairing } from './repair.ts'

const BATCH = 100

/** Starts the workflow of each handover that has not ended; one that runs is left alone. */
export const handoversUnseen = repairing(
  ({ db }) => listRunningHandovers(db, BATCH),
  ({ engine }, { id }) => engine.startHandover(id),
)
