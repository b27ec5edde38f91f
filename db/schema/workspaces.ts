import { bigint, pgTable, text } from 'drizzle-orm/pg-core'
import { plans } from '../../domain/words.ts'
import { createdAt, id, oneOf } from './columns.ts'

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
