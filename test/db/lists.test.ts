import { sql } from 'drizzle-orm'
import { afterAll, beforeAll, expect, test } from 'vitest'
import type { Transaction } from '../../db/client.ts'
import { type Filters, listConversations } from '../../db/conversations/list.ts'
import type { Principal } from '../../domain/principals.ts'
import type { GrantScope } from '../../domain/words.ts'
import { type FreshDatabase, freshDatabase } from '../harness/database.ts'

/** So many that whoever looks at a tenth of them is found out. */
const CONVERSATIONS = 100_000
const PAGE = 51

let database: FreshDatabase
beforeAll(async () => {
  database = await freshDatabase(1)
  await fill(CONVERSATIONS)
}, 120_000)
afterAll(() => database.close())

/**
 * One workspace: 50 teams of 50 users, of whom each is in two, and an AI agent for each thousandth
 * chat. Nearly all is closed, a thousandth is overdue, and a thousandth waits for a team. Foreign
 * keys are not checked: only what a list reads is there.
 */
async function fill(count: number): Promise<void> {
  const { db } = database.client
  await db.transaction(async (tx) => {
    await tx.execute(sql`set local session_replication_role = replica`)
    await tx.execute(sql`set local statement_timeout = 0`)
    await tx.execute(sql`insert into workspaces (id, name, plan) values ('w', 'W', 'pro')`)
    await tx.execute(sql`insert into teamspaces (id, workspace_id, name) values ('ts', 'w', 'T')`)
    await tx.execute(sql`insert into roles (id, workspace_id, name, is_admin, livechats_view,
        livechats_manage, livechats_transfer, tickets_view, tickets_manage, tickets_transfer)
      values ('r', 'w', 'R', false, 'team', 'team', true, 'team', 'team', true)`)
    await tx.execute(sql`insert into users (id, workspace_id, name, email, role_id)
      select 'u' || n, 'w', 'U', 'u' || n, 'r' from generate_series(0, 49) n`)
    await tx.execute(sql`insert into team_teamspaces (workspace_id, team_id, teamspace_id)
      select 'w', 't' || n, 'ts' from generate_series(0, 49) n`)
    await tx.execute(sql`insert into team_members (workspace_id, team_id, user_id)
      select 'w', 't' || (n + k) % 50, 'u' || n from generate_series(0, 49) n, generate_series(0, 1) k`)
    await tx.execute(sql`insert into conversations (id, workspace_id, teamspace_id, kind, status,
        player_external_id, team_id, assignee_user_id, assignee_ai_agent_id, origin_ai_agent_id,
        queue_arrival, queued_at, queue_cause, queue_team_ids, closed_at, updated_at)
      select 'c' || n, 'w', 'ts', kind,
        case when waits then 'pending' when n % 1000 = 7 then 'overdue' when kind = 'chat' then 'closed' else 'open' end,
        'p' || n, 't' || n % 50,
        case when not waits and (kind = 'ticket' or n % 1000 = 7) then 'u' || n % 50 end,
        case when not waits and kind = 'chat' and n % 1000 <> 7 then 'a' || n % 1000 end,
        case when kind = 'chat' then 'a' || n % 1000 end,
        case when waits then n end, case when waits then now() end,
        case when waits then 'handoff' end, case when waits then array['t' || n % 50] end,
        case when kind = 'chat' and not waits and n % 1000 <> 7 then now() end,
        now() - make_interval(secs => n)
      from (select n, n % 1000 = 9 waits, case when n % 10 = 1 then 'ticket' else 'chat' end kind
        from generate_series(1, ${count}::int) n) one`)
  })
  await db.execute(sql`vacuum analyze conversations`)
}

const grants = (view: GrantScope) => ({ view, manage: view, transfer: true })
const user = (view: GrantScope): Principal => ({
  ...{ type: 'user', id: 'u7', workspaceId: 'w', name: 'U', isAdmin: false },
  ...{ livechats: grants(view), tickets: grants(view) },
})
const channel: Principal = { type: 'api_key', id: 'k', workspaceId: 'w', name: 'K' }
const aiAgent: Principal = { type: 'ai_agent', id: 'a17', workspaceId: 'w', name: 'A' }

/** How many rows of conversations this session has looked at lately, and how often it scanned the table. */
async function lookedAt(tx: Transaction) {
  const [row] = await tx.execute<{ scans: number; rows: number }>(sql`
    select seq_scan::int as scans, (coalesce(idx_tup_fetch, 0) + seq_tup_read)::int as rows
    from pg_stat_xact_user_tables where relname = 'conversations'`)
  return row as { scans: number; rows: number }
}

const lists: [what: string, who: Principal, filters: Filters][] = [
  ['all of a workspace', channel, {}],
  ['a status that few have', channel, { status: ['overdue'] }],
  ['a status that nearly all have', channel, { status: ['closed'] }],
  ['a kind', channel, { kind: 'ticket' }],
  ['a team', channel, { teamId: 't7' }],
  ['a team with a status that few have', user('all'), { teamId: 't7', status: ['overdue'] }],
  ['an Assignee', user('all'), { assigneeId: 'u7' }],
  ['a player', channel, { player: 'p777' }],
  ['the queue', channel, { queued: true }],
  ['what an AI agent holds or began', aiAgent, {}],
  ['what is one’s own or waits', user('own'), {}],
  ['what is of one’s teams', user('team'), {}],
  ['what is of one’s teams and overdue', user('team'), { status: ['overdue'] }],
  ['the next page of it', user('team'), {}],
]

test.each(lists)(
  'a list of %s looks at no more than a few pages of rows',
  async (what, who, filters) => {
    const after = what.startsWith('the next')
      ? { at: new Date().toISOString(), arrival: null, id: 'x' }
      : undefined
    await database.client.db.transaction(async (tx) => {
      const before = await lookedAt(tx)
      const rows = await listConversations(tx, who, filters, { after, limit: PAGE })
      const now = await lookedAt(tx)
      expect(rows.length).toBeGreaterThan(0)
      expect(now.scans).toBe(before.scans)
      expect(now.rows - before.rows).toBeLessThanOrEqual(50 * PAGE)
    })
  },
)
