import type { Logger } from 'pino'
import type { Database } from '../db/client.ts'
import { insertReclaims } from '../db/people/reclaims.ts'
import { dispatch } from './dispatch.ts'
import type { Engine } from './signal.ts'

type ReclaimDeps = { db: Database; engine: Pick<Engine, 'signal'>; log: Logger }

/** Chats per transaction: an AI agent may leave a hundred thousand. */
const BATCH = 100

/** Has some of what a deleted AI agent leaves reclaimed; returns how many. */
export async function reclaimSome(deps: ReclaimDeps, aiAgentId: string): Promise<number> {
  const commands = await insertReclaims(deps.db, aiAgentId, BATCH)
  await dispatch(deps, commands)
  return commands.length
}

/** The same until all is asked for. What is left when the process ends the sweeper finds. */
export async function reclaimAll(deps: ReclaimDeps, aiAgentId: string): Promise<void> {
  while ((await reclaimSome(deps, aiAgentId)) > 0);
}
