import { eq, getTableColumns, type SQL, sql } from 'drizzle-orm'
import { QueryBuilder } from 'drizzle-orm/pg-core'
import type { Principal } from '../../domain/principals.ts'
import { builtOncePer } from '../built-once.ts'
import type { Queryable, Transaction } from '../client.ts'
import { oneOf } from '../listing.ts'
import { position } from '../queue/position.ts'
import { aiAgents, conversations, users, workspaces } from '../schema.ts'
import { askerLike, kindOfAsker, valuesOf } from './asker.ts'
import { reaches, waitsFor } from './reach.ts'
import type { ConversationRow } from './row.ts'

/** A conversation as one principal meets it: its row, the Assignee's name, and how far their grants reach. */
export type Sight = ConversationRow & {
  assigneeName: string | null
  plan: typeof workspaces.$inferSelect.plan
  visible: boolean
  manageable: boolean
  /** It waits for a pool they are in, so they may claim it. */
  awaitsThem: boolean
}

const query = () => new QueryBuilder({ casing: 'snake_case' })

const nameOfUser = query()
  .select({ name: users.name })
  .from(users)
  .where(eq(users.id, conversations.assigneeUserId))
const nameOfAiAgent = query()
  .select({ name: aiAgents.name })
  .from(aiAgents)
  .where(eq(aiAgents.id, conversations.assigneeAiAgentId))

/** The Assignee's name. On a row of `conversations`, also one that is just being written. */
export const assigneeName = sql<string | null>`coalesce((${nameOfUser}), (${nameOfAiAgent}))`

/** What of a sight depends on who asks. On a row of `conversations`, also one that is just being written. */
export function metBy(principal: Principal) {
  return {
    visible: sql<boolean>`(${reaches(principal, 'view')}) is true`,
    manageable: sql<boolean>`(${reaches(principal, 'manage')}) is true`,
    awaitsThem:
      principal.type === 'user' ? sql<boolean>`(${waitsFor(principal.id)})` : sql<boolean>`false`,
  }
}

/** Selects conversations as `principal` meets them, with `more` about each; the caller adds which, and `reaches` where it must hold. */
export function selectSights<More extends Record<string, SQL> = Record<never, SQL>>(
  db: Queryable,
  principal: Principal,
  more = {} as More,
) {
  return db
    .select({
      ...getTableColumns(conversations),
      assigneeName,
      plan: workspaces.plan,
      ...metBy(principal),
      ...more,
    })
    .from(conversations)
    .innerJoin(workspaces, eq(workspaces.id, conversations.workspaceId))
    .$dynamic()
}

/** One conversation of the principal's workspace, whether or not they may see it; null when absent. */
export async function findSight(
  db: Queryable,
  principal: Principal,
  id: string,
): Promise<Sight | null> {
  const [row] = await selectSight(db, principal, { ...valuesOf(principal), id })
  return row ?? null
}

/** The same with its position in the queue, for which all that waits before is counted. */
export async function findPlacedSight(
  db: Queryable,
  principal: Principal,
  id: string,
): Promise<(Sight & { position: number | null }) | null> {
  const [row] = await selectPlacedSight(db, principal, { ...valuesOf(principal), id })
  return row ?? null
}

/** The same with the conversation locked until the transaction ends, as `lockConversation` does it. */
export async function lockSight(
  tx: Transaction,
  principal: Principal,
  id: string,
): Promise<Sight | null> {
  const [row] = await selectSights(tx, principal)
    .where(oneOf(conversations, principal.workspaceId, id))
    .for('no key update', { of: conversations })
  return row ?? null
}

const isOne = ({ workspaceId }: Principal) =>
  oneOf(conversations, workspaceId, sql.placeholder('id') as never)

const selectSight = builtOncePer(kindOfAsker, (db, principal: Principal) => {
  const asker = askerLike(principal)
  return selectSights(db, asker).where(isOne(asker))
})

const selectPlacedSight = builtOncePer(kindOfAsker, (db, principal: Principal) => {
  const asker = askerLike(principal)
  return selectSights(db, asker, { position }).where(isOne(asker))
})
