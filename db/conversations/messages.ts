import { and, eq, exists, gt, isNull, type SQL, sql } from 'drizzle-orm'
import type { Principal } from '../../domain/principals.ts'
import type { Holder } from '../../domain/words.ts'
import { builtOncePer, held } from '../built-once.ts'
import type { Queryable, Transaction } from '../client.ts'
import { newId } from '../ids.ts'
import { from, rowFrom } from '../insert-select.ts'
import { conversations, messages, notifications, users } from '../schema.ts'
import { anyAsker, valuesOf } from './asker.ts'
import { reaches } from './reach.ts'
import type { ConversationRow } from './row.ts'

export type MessageRow = typeof messages.$inferSelect
export type Author = { type: MessageRow['authorType']; id: string }

/** Whose message it is to be: where, and, of a reply, who must hold the conversation under which epoch. */
type Fence = {
  conversationId: string
  workspaceId: string
  /** Null for what needs no Assignee: a player's message, the opening message of a creator. */
  replier: Holder | null
  expectedEpoch?: number
}

/** What is said; a player's message is by the conversation's player. `tells`: its Assignee is notified. */
type Said = { author: Author | 'player'; text: string; tells?: boolean }

/** A message with its conversation, on which it is counted. */
export type Stored = { conversation: ConversationRow; message: MessageRow }

/**
 * Stores one more message, when its author may send it at this moment; else null. The update that
 * counts it waits for a takeover in flight and then judges the row as the takeover left it.
 */
export async function storeMessage(
  tx: Transaction,
  { conversationId, workspaceId, replier, expectedEpoch }: Fence,
  { author, text, tells = false }: Said,
): Promise<Stored | null> {
  const id = newId('message')
  const by = author === 'player' ? { type: author, id: null } : author
  const fenced = expectedEpoch !== undefined
  const shape: Shape = { replier: replier?.type ?? null, fenced, by: by.type, tells }
  const [conversation] = await countAndStore(tx, shape, {
    ...{ conversationId, workspaceId, replierId: replier?.id, expectedEpoch },
    ...{ id, text, authorType: by.type, authorId: by.id, noticeId: newId('notification') },
  })
  if (!conversation) return null
  const message: MessageRow = {
    ...{ id, workspaceId, conversationId, text, commandId: null },
    ...{ authorType: by.type, authorId: by.id ?? conversation.playerExternalId },
    ...{ number: conversation.messageCount, epoch: conversation.epoch },
    sentAt: conversation.lastMessageAt as Date,
  }
  return { conversation, message }
}

type Shape = {
  replier: Holder['type'] | null
  fenced: boolean
  by: MessageRow['authorType']
  tells: boolean
}

const countAndStore = builtOncePer(JSON.stringify, (db, shape: Shape) => {
  const counted = counting(db, shape)
  const isPlayer = shape.by === 'player'
  const row = {
    ...{ id: held('id'), text: held('text'), authorType: held('authorType') },
    authorId: isPlayer ? counted.playerExternalId : held('authorId'),
    ...{ workspaceId: counted.workspaceId, conversationId: counted.id, epoch: counted.epoch },
    ...{ number: counted.messageCount, sentAt: counted.lastMessageAt },
  }
  const said = db
    .$with('said')
    .as(db.insert(messages).select(rowFrom(messages, row, from(counted))))
  const told = shape.tells ? [db.$with('told').as(tellingAssignee(db, counted))] : []
  return db
    .with(counted, said, ...told)
    .select()
    .from(counted)
})

type Counted = ReturnType<typeof counting>

function counting(db: Queryable, { replier, fenced }: Shape) {
  return db.$with('counted').as(
    db
      .update(conversations)
      .set({
        messageCount: sql`${conversations.messageCount} + 1`,
        // The clock as it is once this has waited for the row.
        lastMessageAt: sql`greatest(clock_timestamp(), ${conversations.lastMessageAt})`,
      })
      .where(
        and(
          eq(conversations.id, held('conversationId')),
          eq(conversations.workspaceId, held('workspaceId')),
          replier ? holdsAndMayReply(replier) : undefined,
          fenced ? eq(conversations.epoch, held('expectedEpoch')) : undefined,
        ),
      )
      .returning(),
  )
}

/** Who may reply: `judge` of domain/rules.ts, in the statement that counts, so that nothing comes between. */
function holdsAndMayReply(type: Holder['type']): SQL | undefined {
  const id = held('replierId')
  if (type === 'ai_agent') return eq(conversations.assigneeAiAgentId, id)
  return and(eq(conversations.assigneeUserId, id), sql`${conversations.status} <> 'closed'`)
}

/** Nobody is told while it leaves a deactivated user: whoever gets it then is told of that. */
function tellingAssignee(db: Queryable, counted: Counted) {
  const row = {
    ...{ id: held('noticeId'), workspaceId: counted.workspaceId, userId: users.id },
    ...{ kind: sql`'message'`, conversationId: counted.id, at: sql`clock_timestamp()` },
  }
  const isTheirs = and(eq(users.id, counted.assigneeUserId), isNull(users.deactivatedAt))
  const whom = sql`${from(counted)} join ${users} on ${isTheirs}`
  return db.insert(notifications).select(rowFrom(notifications, row, whom))
}

/**
 * Messages of a conversation that this principal sees, in the order in which they were stored,
 * from the one after `after` (0: from the first). None, too, when they do not see it.
 */
export function listMessages(
  db: Queryable,
  principal: Principal,
  conversationId: string,
  page: { after: number; limit: number },
): Promise<MessageRow[]> {
  return selectMessages(db, principal.type, { ...valuesOf(principal), conversationId, ...page })
}

const selectMessages = builtOncePer(
  (type: Principal['type']) => type,
  (db, type) => {
    const isSeen = exists(
      db
        .select({ id: conversations.id })
        .from(conversations)
        .where(and(eq(conversations.id, held('conversationId')), reaches(anyAsker(type), 'view'))),
    )
    const isAfter = gt(messages.number, held('after'))
    return db
      .select()
      .from(messages)
      .where(and(eq(messages.conversationId, held('conversationId')), isAfter, isSeen))
      .orderBy(messages.number)
      .limit(sql.placeholder('limit'))
  },
)
