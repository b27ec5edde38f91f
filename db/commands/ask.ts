import { and, eq, isNotNull, type SQL, sql } from 'drizzle-orm'
import type { Filed } from '../../domain/filing.ts'
import type { Principal } from '../../domain/principals.ts'
import { builtOncePer } from '../built-once.ts'
import type { Queryable } from '../client.ts'
import { anyAsker, valuesOf } from '../conversations/asker.ts'
import { reaches } from '../conversations/reach.ts'
import { from, rowFrom } from '../insert-select.ts'
import { commands, conversations, idempotencyKeys } from '../schema.ts'
import type { CommandRow, NewCommand } from './commands.ts'
import type { KeyedRequest } from './idempotency.ts'

/** A command as somebody asks for it. */
export type Asking = NewCommand & {
  /** Where the conversation waits in the queue at this moment, it is a claim. */
  claimsIfQueued: boolean
}

/** The command's row, and its conversation as it was filed then. */
export type Inserted = { command: CommandRow; filed: Filed }

/**
 * Writes a command whose conversation its asker sees, together with its key, in one statement.
 * Null, and nothing is written, when they do not see it, or the key is taken: this waits for a
 * request in flight that took it.
 */
export async function insertAsked(
  db: Queryable,
  asker: Principal,
  { claimsIfQueued, ...command }: Asking,
  keyed: KeyedRequest | undefined,
): Promise<Inserted | null> {
  const shape = { type: asker.type, claims: claimsIfQueued, keyed: keyed !== undefined }
  const { key, requestHash } = keyed ?? {}
  const values = { ...valuesOf(asker), ...command, requestId: command.requestId ?? null }
  const [asked] = await insertIfSeen(db, shape, { ...values, key, requestHash })
  return asked ?? null
}

type Shape = { type: Principal['type']; claims: boolean; keyed: boolean }

const insertIfSeen = builtOncePer(JSON.stringify, (db, { type, claims, keyed }: Shape) => {
  const { workspaceId, teamspaceId, kind, status, queueCause } = conversations
  const filed = db.$with('filed').as(
    db
      .select({ workspaceId, teamspaceId, kind, status, queueCause })
      .from(conversations)
      .where(and(eq(conversations.id, held.conversationId), reaches(anyAsker(type), 'view'))),
  )
  const payload = claims ? claiming(isNotNull(filed.queueCause)) : held.payload
  if (!keyed) {
    const row = rowFrom(commands, { ...held, payload }, from(filed))
    const command = db.$with('command').as(db.insert(commands).select(row).returning())
    return db.with(filed, command).select().from(command).crossJoin(filed)
  }
  const claimed = db.$with('claimed').as(
    db
      .insert(idempotencyKeys)
      .select(rowFrom(idempotencyKeys, heldKey, from(filed)))
      .onConflictDoNothing()
      .returning({ key: idempotencyKeys.key }),
  )
  const row = rowFrom(commands, { ...held, payload }, sql`${from(filed)}, ${claimed}`)
  const command = db.$with('command').as(db.insert(commands).select(row).returning())
  return db.with(filed, claimed, command).select().from(command).crossJoin(filed)
})

const hold = (name: string) => sql.placeholder(name) as never

const held = {
  ...{ id: hold('id'), workspaceId: hold('workspaceId'), conversationId: hold('conversationId') },
  ...{ kind: hold('kind'), actorType: hold('actorType'), actorId: hold('actorId') },
  ...{ payload: hold('payload'), requestId: hold('requestId') },
}

const heldKey = {
  ...{ workspaceId: held.workspaceId, principalType: held.actorType, principalId: held.actorId },
  ...{ key: hold('key'), requestHash: hold('requestHash'), commandId: held.id },
}

function claiming(waits: SQL.Aliased<unknown> | SQL): SQL {
  const payload = sql.param(held.payload, commands.payload)
  return sql`${payload}::jsonb || case when ${waits} then '{"claim": true}'::jsonb else '{}'::jsonb end`
}
