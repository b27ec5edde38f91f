import { sql } from 'drizzle-orm'
import {
  check,
  foreignKey,
  integer,
  jsonb,
  type PgTableExtraConfigValue,
  pgTable,
  text,
  unique,
} from 'drizzle-orm/pg-core'
import type { HandoffSettings } from '../../domain/handoff.ts'
import { assignmentMethods } from '../../domain/words.ts'
import { createdAt, id, instant, oneOf } from './columns.ts'
import { workspaces } from './workspaces.ts'

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

/** The bot that begins every chat. A deleted one stays as a name on the record. */
export const aiAgents = pgTable(
  'ai_agents',
  {
    id: id(),
    workspaceId: text()
      .notNull()
      .references(() => workspaces.id),
    teamspaceId: text().notNull(),
    name: text().notNull(),
    handoff: jsonb().$type<HandoffSettings>().notNull(),
    deletedAt: instant(),
    createdAt: createdAt(),
  },
  (t): PgTableExtraConfigValue[] => [
    unique('ai_agents_in_workspace').on(t.workspaceId, t.id),
    unique('ai_agents_in_teamspace').on(t.workspaceId, t.teamspaceId, t.id),
    foreignKey({
      name: 'ai_agents_teamspace',
      columns: [t.workspaceId, t.teamspaceId],
      foreignColumns: [teamspaces.workspaceId, teamspaces.id],
    }),
  ],
)
