import { foreignKey, pgTable, primaryKey, text } from 'drizzle-orm/pg-core'
import { instant } from './columns.ts'
import { users } from './people.ts'
import { teamspaces } from './teamspaces.ts'

/** Whom round robin picked last, per teamspace and pool: who came online after them is next. */
export const roundRobinPlaces = pgTable(
  'round_robin_places',
  {
    workspaceId: text().notNull(),
    teamspaceId: text().notNull(),
    /** The pool's team ids in order, or `anyone`. */
    pool: text().notNull(),
    onlineSince: instant().notNull(),
    userId: text().notNull(),
  },
  (t) => [
    primaryKey({ columns: [t.teamspaceId, t.pool] }),
    foreignKey({
      name: 'round_robin_places_teamspace',
      columns: [t.workspaceId, t.teamspaceId],
      foreignColumns: [teamspaces.workspaceId, teamspaces.id],
    }),
    foreignKey({
      name: 'round_robin_places_user',
      columns: [t.workspaceId, t.userId],
      foreignColumns: [users.workspaceId, users.id],
    }),
  ],
)
