import { sql } from 'drizzle-orm'
import {
  bigint,
  check,
  foreignKey,
  integer,
  type PgTableExtraConfigValue,
  pgTable,
  text,
  unique,
} from 'drizzle-orm/pg-core'
import { assignmentMethods, plans } from '../../domain/words.ts'
import { createdAt, id, oneOf } from './columns.ts'
import { aiAgents } from './people.ts'

/** One customer of the product. Chat Assignment decides under a lock on its row. */
export const workspaces = pgTable(
  'workspaces',
  {
    id: id(),
    name: text().notNull(),
    plan: text({ enum: plans }).notNull(),
    /** The last arrival number given to a queued conversation, drawn under the row's lock. */
    arrivals: bigint({ mode: 'number' }).notNull().default(0),
    /** How often grants, memberships or tokens have changed; who reads events is judged anew then. */
    grantChanges: bigint({ mode: 'number' }).notNull().default(0),
    createdAt: createdAt(),
  },
  (t) => [oneOf('workspaces_plan', t.plan, plans)],
)

/** The position of a workspace's last event; apart from `workspaces` so that messages need no lock there. */
export const eventCounters = pgTable('event_counters', {
  workspaceId: text()
    .primaryKey()
    .references(() => workspaces.id),
  position: bigint({ mode: 'number' }).notNull().default(0),
})

/** A bundle of AI agents and teams with one set of Chat Assignment settings. */
export const teamspaces = pgTable(
  'teamspaces',
  {
    id: id(),
    workspaceId: text()
      .notNull()
      .references(() => workspaces.id),
    name: text().notNull(),
    method: text({ enum: assignmentMethods }).notNull().default('balanced'),
    maxChatsPerAgent: integer().notNull().default(10),
    defaultAiAgentId: text(),
    createdAt: createdAt(),
  },
  (t): PgTableExtraConfigValue[] => [
    unique('teamspaces_in_workspace').on(t.workspaceId, t.id),
    oneOf('teamspaces_method', t.method, assignmentMethods),
    check('teamspaces_cap', sql`${t.maxChatsPerAgent} between 1 and 1000`),
    foreignKey({
      name: 'teamspaces_default_ai_agent',
      columns: [t.workspaceId, t.id, t.defaultAiAgentId],
      foreignColumns: [aiAgents.workspaceId, aiAgents.teamspaceId, aiAgents.id],
    }),
  ],
)
