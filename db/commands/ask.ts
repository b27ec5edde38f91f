import { and, eq, isNotNull, type SQL, sql } from 'drizzle-orm'
import type { Principal } from '../../domain/principals.ts'
import type { Queryable } from '../client.ts'
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
): Promise<CommandRow | null> {
  const visible = db.$with('visible').as(
    db
      .select({ claims: isNotNull(conversations.queueArrival).as('claims') })
      .from(conversations)
      .where(and(eq(conversations.id, command.conversationId), reaches(asker, 'view'))),
  )
  const payload = claimsIfQueued ? claiming(command.payload, visible.claims) : command.payload
  if (!keyed) {
    const row = rowFrom(commands, { ...command, payload }, from(visible))
    const [inserted] = await db.with(visible).insert(commands).select(row).returning()
    return inserted ?? null
  }
  const claimed = db.$with('claimed').as(
    db
      .insert(idempotencyKeys)
      .select(rowFrom(idempotencyKeys, keyRow(keyed, command.id), from(visible)))
      .onConflictDoNothing()
      .returning({ key: idempotencyKeys.key }),
  )
  const row = rowFrom(commands, { ...command, payload }, sql`${from(visible)}, ${claimed}`)
  const [inserted] = await db.with(visible, claimed).insert(commands).select(row).returning()
  return inserted ?? null
}

function claiming(payload: NewCommand['payload'], claims: SQL.Aliased<unknown> | SQL): SQL {
  return sql`${JSON.stringify(payload)}::jsonb || case when ${claims} then '{"claim": true}'::jsonb else '{}'::jsonb end`
}

function keyRow({ principal, key, requestHash }: KeyedRequest, commandId: string) {
  const { workspaceId, type: principalType, id: principalId } = principal
  return { workspaceId, principalType, principalId, key, requestHash, commandId }
}
