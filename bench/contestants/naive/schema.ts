import { sql } from 'drizzle-orm'
import { integer, pgTable, text, timestamp } from 'drizzle-orm/pg-core'
import type { PostgresJsDatabase } from 'drizzle-orm/postgres-js'

export const conversations = pgTable('naive_conversations', {
  id: text().primaryKey(),
  assigneeId: text('assignee_id'),
  epoch: integer().notNull().default(0),
})

export const commands = pgTable('naive_commands', {
  id: text().primaryKey(),
  conversationId: text('conversation_id').notNull(),
  userId: text('user_id').notNull(),
  text: text().notNull(),
  settledAt: timestamp('settled_at', { withTimezone: true }),
})

export const assignments = pgTable('naive_assignments', {
  id: text().primaryKey(),
  conversationId: text('conversation_id').notNull(),
  number: integer().notNull(),
  userId: text('user_id').notNull(),
})

export const messages = pgTable('naive_messages', {
  id: text().primaryKey(),
  conversationId: text('conversation_id').notNull(),
  userId: text('user_id').notNull(),
  text: text().notNull(),
})

export async function createTables(db: PostgresJsDatabase): Promise<void> {
  await db.execute(sql`
    create table if not exists naive_conversations
      (id text primary key, assignee_id text, epoch int not null default 0);
    create table if not exists naive_commands
      (id text primary key, conversation_id text not null, user_id text not null,
       text text not null, settled_at timestamptz);
    create table if not exists naive_assignments
      (id text primary key, conversation_id text not null, number int not null,
       user_id text not null, unique (conversation_id, number));
    create table if not exists naive_messages
      (id text primary key, conversation_id text not null, user_id text not null,
       text text not null);
    create index if not exists naive_messages_of on naive_messages (conversation_id)`)
}
