import type { Transaction } from '../../db/client.ts'
import {
  type CommandRow,
  findCommand,
  insertCommand,
  reviveCommand,
} from '../../db/commands/commands.ts'
import type { KeyedRequest, KeyRow } from '../../db/commands/idempotency.ts'
import { findSight, type Sight } from '../../db/conversations/conversations.ts'
import { wasThere } from '../../db/conversations/past-sight.ts'
import { newId } from '../../db/ids.ts'
import type { CommandPayload } from '../../db/schema.ts'
import type { Principal } from '../../domain/principals.ts'
import type { SignalledKind } from '../../domain/signals.ts'
import type { Deps } from '../context.ts'
import type { Deadline } from '../deadline.ts'
import { claimOrRollBack, onceByKey } from '../idempotency.ts'
import { notFound } from '../problem-error.ts'
import { deliver } from './deliver.ts'
import { withPosition } from './queue-position.ts'

/** What somebody asks of a conversation. */
export type Asked = {
  principal: Principal
  conversationId: string
  kind: SignalledKind
  /** May depend on the conversation as it is when the request arrives. */
  payload: (sight: Sight) => CommandPayload
  keyed: KeyedRequest | undefined
  requestId: string
  /** How long to wait for the outcome, in milliseconds. */
  waitMs: number
  /** By when it is answered; put off by the wait. */
  deadline: Deadline
}

/** After the wait its row is read once more, and that may take so long. */
const LAST_LOOK_MS = 1_500

/** The command as far as it got within the wait; `replayed` when the key was known. */
export type Submitted = { command: CommandRow; replayed: boolean }

/**
 * Writes the command's row, signals the workflow and waits for the row to settle. A repeat of the
 * key finds the row, whatever crashed in between. 404 when the conversation does not exist for
 * this principal, 503 when the command was not carried out.
 */
export async function submit(deps: Deps, asked: Asked): Promise<Submitted> {
  const { keyed, waitMs, deadline } = asked
  const { command, replayed, fresh } = await onceByKey(
    deps.db,
    keyed,
    (tx) => write(tx, asked),
    (known) => again(deps, known),
  )
  const isPending = command.outcome === 'pending'
  if (isPending) deadline.atLeast(waitMs + LAST_LOOK_MS)
  const now = isPending ? await deliver(deps, command, { fresh, waitMs }) : command
  return { command: await withPosition(deps.db, now), replayed }
}

/** `fresh`: nobody has been promised yet that it will be carried out. */
type Written = Submitted & { fresh: boolean }

async function write(tx: Transaction, asked: Asked): Promise<Written> {
  const { principal, conversationId, kind, keyed, requestId } = asked
  const sight = await findSight(tx, principal, conversationId)
  if (!sight) throw notFound()
  const payload = asked.payload(sight)
  const met = sight.visible || (await wasThere(tx, principal, sight, payload.expectedEpoch))
  if (!met) throw notFound()
  const command = await insertCommand(tx, {
    id: newId('command'),
    workspaceId: principal.workspaceId,
    conversationId,
    kind,
    actorType: principal.type,
    actorId: principal.id,
    payload,
    requestId,
  })
  if (keyed) await claimOrRollBack(tx, keyed, { commandId: command.id })
  return { command, replayed: false, fresh: true }
}

async function again({ db }: Deps, known: KeyRow): Promise<Written> {
  const id = known.commandId as string
  // One that was withdrawn was answered 503 and not carried out: this repeat carries it out.
  const fresh = await reviveCommand(db, id)
  return { command: (await findCommand(db, id)) as CommandRow, replayed: true, fresh }
}
