import { sql } from 'drizzle-orm'
import type { Database } from '../../db/client.ts'
import { createAiAgent } from '../../db/people/ai-agents.ts'
import { createRole } from '../../db/people/roles.ts'
import { createTeam } from '../../db/people/teams.ts'
import { createWorkspace } from '../../db/people/workspaces.ts'

/** Open chats per member, which Chat Assignment has to count. */
const CHATS_EACH = 3
const serving = { view: 'team', manage: 'team', transfer: true } as const

export type Scene = Awaited<ReturnType<typeof makeScene>>

/**
 * A workspace whose teamspace is served by `members` online users with three open chats each, and
 * by a team asleep for which `waiting` chats are queued: they stand before whatever comes next,
 * and must not be in its way.
 */
export async function makeScene(db: Database, members: number, waiting: number) {
  return db.transaction(async (tx) => {
    await tx.execute(sql`set local statement_timeout = 0`)
    const { workspace, teamspace } = await createWorkspace(tx, {
      name: 'Bench',
      plan: 'champion',
      admin: { name: 'Admin', email: 'admin@bench.example' },
    })
    const workspaceId = workspace.id
    const role = await createRole(tx, workspaceId, {
      name: 'Agent',
      livechats: serving,
      tickets: serving,
    })
    const [awake, asleep] = [
      await createTeam(tx, workspaceId, { name: 'Awake', teamspaceIds: [teamspace.id] }),
      await createTeam(tx, workspaceId, { name: 'Asleep', teamspaceIds: [teamspace.id] }),
    ]
    const handoff = {
      target: { type: 'anyone' as const },
      targetsByLanguage: {},
      checkAvailability: false,
    }
    const ava = await createAiAgent(tx, workspaceId, {
      name: 'Ava',
      teamspaceId: teamspace.id,
      handoff,
    })
    const of = { workspaceId, teamspaceId: teamspace.id, aiAgentId: ava }
    const person = (n: unknown) => sql`${workspaceId} || '-u' || ${n}`
    await tx.execute(sql`
      insert into users (id, workspace_id, name, email, role_id, presence, online_since)
      select ${person(sql`n`)}, ${workspaceId}, 'Agent', 'agent@bench.example', ${role.id},
        case when n = 0 then 'away' else 'online' end, case when n > 0 then now() end
      from generate_series(0, ${members}::int) n`)
    await tx.execute(sql`
      insert into team_members (workspace_id, team_id, user_id)
      select ${workspaceId}, case when n = 0 then ${asleep} else ${awake} end, ${person(sql`n`)}
      from generate_series(0, ${members}::int) n`)
    const holder = person(sql`1 + n % ${members}::int`)
    await insertChats(tx, of, 'held', members * CHATS_EACH, {
      columns: sql`status, assignee_user_id`,
      values: sql`'open', ${holder}`,
      to: holder,
    })
    await insertChats(tx, of, 'waiting', waiting, {
      columns: sql`status, queue_arrival, queued_at, queue_cause, queue_team_ids`,
      values: sql`'pending', n + 1, now(), 'handoff', array[${asleep}]`,
      to: sql`null::text`,
    })
    await tx.execute(
      sql`update workspaces set arrivals = ${waiting}::int where id = ${workspaceId}`,
    )
    return { ...of, waiting }
  })
}

type Of = { workspaceId: string; teamspaceId: string; aiAgentId: string }
type Tx = Parameters<Parameters<Database['transaction']>[0]>[0]
type Chats = {
  columns: ReturnType<typeof sql>
  values: ReturnType<typeof sql>
  to: ReturnType<typeof sql>
}

export async function insertChats(
  tx: Tx,
  { workspaceId, teamspaceId, aiAgentId }: Of,
  name: string,
  count: number,
  { columns, values, to }: Chats,
): Promise<void> {
  const id = sql`${workspaceId} || ${`-${name}-`} || n`
  const series = sql`from generate_series(0, ${count - 1}::int) n`
  await tx.execute(sql`
    insert into conversations
      (id, workspace_id, teamspace_id, kind, player_external_id, origin_ai_agent_id, ${columns})
    select ${id}, ${workspaceId}, ${teamspaceId}, 'chat', 'player', ${aiAgentId}, ${values} ${series}`)
  await tx.execute(sql`
    insert into assignments (workspace_id, conversation_id, number, cause, to_user_id)
    select ${workspaceId}, ${id}, 1, 'created', ${to} ${series}`)
}
