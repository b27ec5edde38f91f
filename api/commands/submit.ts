import type { Database } from '../../db/client.ts'
import { type Asking, insertAsked } from '../../db/commands/ask.ts'
import {
  type CommandRow,
  findCommand,
  insertCommand,
  type NewCommand,
  reviveCommand,
} from '../../db/commands/commands.ts'
import {
  claimKey,
  type KeyedRequest,
  type KeyRow,
  rememberResult,
} from '../../db/commands/idempotency.ts'
import { wasThere } from '../../db/conversations/past-sight.ts'
import { findSight } from '../../db/conversations/sight.ts'
import { newId } from '../../db/ids.ts'
import type { CommandPayload } from '../../db/schema.ts'
import type { Filed } from '../../domain/filing.ts'
import type { Principal } from '../../domain/principals.ts'
import type { SignalledKind } from '../../domain/signals.ts'
import type { Deps } from '../context.ts'
import type { Deadline } from '../deadline.ts'
import { recall } from '../idempotency.ts'
import { notFound } from '../problem-error.ts'
import { deliver } from './deliver.ts'
import { withPosition } from './queue-position.ts'

/** What somebody asks of a conversation. */
export type Asked = {
  principal: Principal
  conversationId: string
  kind: SignalledKind
  payload: CommandPayload
  /** Where the conversation waits in the queue when the request arrives, it is a claim. */
  claimsIfQueued: boolean
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
type Submitted = { command: CommandRow; replayed: boolean }

/**
 * Writes the command's row, signals the workflow and waits for the row to settle. A repeat of the
 * key finds the row, whatever crashed in between. 404 when the conversation does not exist for
 * this principal, 503 when the command was not carried out.
 */
export async function submit({ db, ...deps }: Deps, asked: Asked): Promise<Submitted> {
  const { waitMs, deadline } = asked
  const { command, replayed, ...written } = await write(db, asked)
  if (command.outcome !== 'pending') return { command: await withPosition(db, command), replayed }
  deadline.atLeast(waitMs + LAST_LOOK_MS)
  const settled = await deliver({ db, ...deps }, command, { ...written, waitMs })
  return { command: await withPosition(db, settled), replayed }
}

/** `fresh`: nobody has been promised yet that it will be carried out. */
type Written = Submitted & { fresh: boolean; filed?: Filed }

/** Writes the row of what may be asked; what a request with the same key wrote first, when it has one. */
async function write(db: Database, asked: Asked): Promise<Written> {
  const { principal, keyed } = asked
  const asking = askingOf(asked)
  const inserted = await insertAsked(db, principal, asking, keyed)
  if (inserted) return { ...freshly(inserted.command), filed: inserted.filed }
  const known = keyed && (await recall(db, keyed))
  if (known) return again(db, known)
  const met = await meantAsMet(db, asked, asking)
  if (!keyed) return freshly(await insertCommand(db, met))
  const row = await db.transaction(async (tx) => {
    if (!(await claimKey(tx, keyed))) return null
    const command = await insertCommand(tx, met)
    await rememberResult(tx, keyed, { commandId: command.id })
    return command
  })
  return row ? freshly(row) : again(db, (await recall(db, keyed)) as KeyRow)
}

const freshly = (command: CommandRow): Written => ({ command, replayed: false, fresh: true })

function askingOf({ principal, conversationId, ...asked }: Asked): Asking {
  const { kind, payload, claimsIfQueued, requestId } = asked
  return {
    id: newId('command'),
    workspaceId: principal.workspaceId,
    conversationId,
    ...{ kind, payload, claimsIfQueued, requestId },
    actorType: principal.type,
    actorId: principal.id,
  }
}

/** The command of one who does not see the conversation but met it when they could; 404 for others. */
async function meantAsMet(
  db: Database,
  { principal, conversationId }: Asked,
  { claimsIfQueued, ...command }: Asking,
): Promise<NewCommand> {
  const sight = await findSight(db, principal, conversationId)
  if (!sight) throw notFound()
  const { payload } = command
  // It may have come into their sight just now.
  const met = sight.visible || (await wasThere(db, principal, sight, payload.expectedEpoch))
  if (!met) throw notFound()
  const claim = claimsIfQueued && sight.queueArrival !== null ? true : undefined
  return { ...command, payload: { ...payload, claim } }
}

/** One that was withdrawn was answered 503 and not carried out: this repeat carries it out. */
async function again(db: Database, known: KeyRow): Promise<Written> {
  const id = known.commandId as string
  const fresh = await reviveCommand(db, id)
  return { command: (await findCommand(db, id)) as CommandRow, replayed: true, fresh }
}
