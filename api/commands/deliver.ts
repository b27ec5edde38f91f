import { type CommandRow, findCommand, withdrawCommand } from '../../db/commands/commands.ts'
import type { Filed } from '../../domain/filing.ts'
import { EngineUnavailable } from '../../engine/signal.ts'
import type { Deps } from '../context.ts'
import { ProblemError } from '../problem-error.ts'

/**
 * Signals a pending command and waits for it to settle: its row, still pending when it took
 * longer than `waitMs`. When it can't be signalled, a `fresh` one is withdrawn and the answer is
 * 503; one that may have been promised to somebody stays pending, and the sweeper signals it.
 */
export async function deliver(
  deps: Deps,
  command: CommandRow,
  { fresh, filed, waitMs }: { fresh: boolean; filed?: Filed; waitMs: number },
): Promise<CommandRow> {
  const settled = deps.waiting.settled(command.id, waitMs, fresh)
  // It may reject before anybody awaits it.
  settled.catch(() => {})
  try {
    await deps.engine.signal(command, filed)
  } catch (error) {
    if (!(error instanceof EngineUnavailable)) throw error
    if (fresh) return await withdraw(deps, command)
  }
  return carriedOut((await settled) ?? (await findCommand(deps.db, command.id)) ?? command)
}

/** Takes the command back, unless somebody else's signal had it settled meanwhile. */
async function withdraw({ db }: Deps, command: CommandRow): Promise<CommandRow> {
  if (await withdrawCommand(db, command.id)) throw notCarriedOut()
  return carriedOut((await findCommand(db, command.id)) ?? command)
}

/** The row, unless another request with its key has taken it back. */
function carriedOut(row: CommandRow): CommandRow {
  if (row.outcome === 'withdrawn') throw notCarriedOut()
  return row
}

function notCarriedOut(): ProblemError {
  return new ProblemError('engine_unavailable', {
    detail:
      'Temporal does not answer. Not carried out; repeat it, with the same Idempotency-Key if any',
  })
}
