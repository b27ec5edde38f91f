import { eq, sql } from 'drizzle-orm'
import { vi } from 'vitest'
import { conversations } from '../../db/schema.ts'
import type { TestApi } from '../harness/api.ts'
import { historyOf, kindOf } from '../harness/history.ts'
import { expectStatus, type Workspace } from '../harness/workspace.ts'

/** One way a conversation can live: what is done to it, and what its workflow must have settled. */
export type Life = {
  /** Drives it over HTTP; the conversation's id. */
  drive: (api: TestApi, w: Workspace) => Promise<string>
  /** The settlements of each of its runs, in order. */
  runs: string[][]
  /** Needs a Temporal that suggests very soon to continue as new. */
  onImpatientTemporal?: true
}

const path = (id: string, action: string) => `/v1/conversations/${id}/${action}`
const later = { prefer: 'respond-async' }

/** Resolves once the run has ended, so that the next command begins another one. */
function untilEnded({ temporal }: TestApi, id: string): Promise<void> {
  return vi.waitFor(
    async () => {
      const { status } = await temporal.workflow.getHandle(`conversation/${id}`).describe()
      if (status.name === 'RUNNING') throw new Error('It still runs')
    },
    { timeout: 10_000, interval: 50 },
  )
}

async function chatFromHandoffToHandoff(_: TestApi, w: Workspace): Promise<string> {
  const mia = await w.user('Mia')
  const noor = await w.user('Noor', { online: false })
  const omar = await w.user('Omar', { teams: [w.billing], online: false })
  const { id } = await w.chat()
  expectStatus(await w.ava.post(path(id, 'handoff'), {}), 200)
  expectStatus(await mia.post(path(id, 'transfer'), { userId: noor.id }), 200)
  expectStatus(await noor.post(path(id, 'team-transfer'), { teamId: w.billing.id }), 200)
  expectStatus(await omar.post(path(id, 'takeover'), { message: { text: 'Here' } }), 200)
  expectStatus(await omar.post(path(id, 'close'), {}, later), 202)
  expectStatus(await w.channel.post(path(id, 'handoff'), {}), 200)
  expectStatus(await mia.post(path(id, 'close'), { note: 'done' }), 200)
  return id
}

async function ticketClosedAndReopened(api: TestApi, w: Workspace): Promise<string> {
  const mia = await w.user('Mia')
  const noor = await w.user('Noor')
  const { id } = await w.ticket(mia, mia)
  const message = { text: 'And this', from: 'player' }
  expectStatus(await mia.post(path(id, 'transfer'), { userId: noor.id }), 200)
  expectStatus(await w.admin.post(path(id, 'takeover'), { message: { text: 'Mine' } }), 200)
  expectStatus(await w.admin.post(path(id, 'status'), { status: 'resolved' }), 200)
  expectStatus(await w.admin.post(path(id, 'close'), {}), 200)
  await untilEnded(api, id)
  expectStatus(await w.channel.post(path(id, 'messages'), message), 201)
  expectStatus(await w.admin.post(path(id, 'status'), { status: 'pending' }), 200)
  return id
}

async function refusalsOfEveryKind(api: TestApi, w: Workspace): Promise<string> {
  const mia = await w.user('Mia')
  const reads = { view: 'all', manage: 'none', transfer: false }
  const reader = await w.create('/v1/roles', { name: 'Reader', livechats: reads, tickets: reads })
  const rae = await w.user('Rae', { roleId: reader.id, teams: [] })
  const careful = await w.bot('Careful', { target: { type: 'anyone' }, checkAvailability: true })
  const { id } = await w.chat({ aiAgentId: careful.id })
  await mia.put('/v1/users/me/presence', { presence: 'away' })
  expectStatus(await careful.post(path(id, 'handoff'), {}), 409)
  await mia.put('/v1/users/me/presence', { presence: 'online' })
  expectStatus(await careful.post(path(id, 'handoff'), {}), 200)
  expectStatus(await careful.post(path(id, 'handoff'), {}), 409)
  expectStatus(await careful.post(path(id, 'cancel-handoff'), {}), 409)
  expectStatus(await mia.post(path(id, 'takeover'), { message: { text: 'x' } }), 409)
  expectStatus(await mia.post(path(id, 'close'), { expectedEpoch: 1 }), 409)
  expectStatus(await mia.post(path(id, 'transfer'), { userId: mia.id }), 422)
  expectStatus(await mia.post(path(id, 'transfer'), { userId: rae.id }), 422)
  expectStatus(await mia.post(path(id, 'team-transfer'), { teamId: 'nobody' }), 422)
  expectStatus(await rae.post(path(id, 'takeover'), { message: { text: 'x' } }), 403)
  expectStatus(await w.admin.post(path(id, 'takeover'), {}), 422)
  expectStatus(await mia.post(path(id, 'close'), {}), 200)
  await untilEnded(api, id)
  expectStatus(await w.admin.post(path(id, 'takeover'), { message: { text: 'x' } }), 409)
  return id
}

async function planRequired(api: TestApi, w: Workspace): Promise<string> {
  const mia = await w.user('Mia')
  const { id } = await w.chat()
  expectStatus(await api.root.patch(`/v1/workspaces/${w.id}`, { plan: 'free' }), 200)
  expectStatus(await w.ava.post(path(id, 'handoff'), {}), 200)
  expectStatus(await mia.post(path(id, 'transfer'), { userId: w.admin.id }), 403)
  expectStatus(await mia.post(path(id, 'close'), {}), 200)
  return id
}

async function queuedCancelledAndClaimed(_: TestApi, w: Workspace): Promise<string> {
  const mia = await w.user('Mia', { online: false })
  const { id } = await w.chat()
  expectStatus(await w.ava.post(path(id, 'handoff'), {}), 200)
  expectStatus(await w.ava.post(path(id, 'cancel-handoff'), { reason: 'found it' }), 200)
  expectStatus(await w.ava.post(path(id, 'handoff'), {}), 200)
  expectStatus(await mia.post(path(id, 'takeover'), { expectedEpoch: 4 }), 200)
  expectStatus(await mia.post(path(id, 'close'), {}), 200)
  return id
}

async function staleJudgementAskedAgain({ database }: TestApi, w: Workspace): Promise<string> {
  const mia = await w.user('Mia')
  const { id } = await w.chat()
  const { db } = database.client
  expectStatus(await w.ava.post(path(id, 'handoff'), {}), 200)
  // Changes the row as another run of this workflow would.
  const version = sql`${conversations.version} + 1`
  await db.update(conversations).set({ version }).where(eq(conversations.id, id))
  expectStatus(await mia.post(path(id, 'close'), {}), 200)
  return id
}

async function localFallsBackToRegular(api: TestApi, w: Workspace): Promise<string> {
  const mia = await w.user('Mia')
  const { id } = await w.chat()
  expectStatus(await w.ava.post(path(id, 'handoff'), {}), 200)
  await api.database.client.db.transaction(async (tx) => {
    await tx.execute(sql`set local idle_in_transaction_session_timeout = 0`)
    await tx.select().from(conversations).where(eq(conversations.id, id)).for('no key update')
    expectStatus(await mia.post(path(id, 'status'), { status: 'overdue' }, later), 202)
    await vi.waitFor(
      async () => {
        const handle = api.temporal.workflow.getHandle(`conversation/${id}`)
        const { events } = await handle.fetchHistory()
        const kinds = (events ?? []).map(kindOf)
        if (!kinds.includes('activityTaskScheduled')) throw new Error('Still local')
      },
      { timeout: 25_000, interval: 200 },
    )
  })
  expectStatus(await mia.post(path(id, 'close'), {}), 200)
  await historyOf(api, id)
  return id
}

async function continuedWithCommandsWaiting(api: TestApi, w: Workspace): Promise<string> {
  const mia = await w.user('Mia')
  const { id } = await w.chat()
  expectStatus(await w.ava.post(path(id, 'handoff'), {}), 200)
  await api.database.client.db.transaction(async (tx) => {
    // Settling waits for this lock, so that the rest is in the inbox when the run is continued.
    await tx.select().from(conversations).where(eq(conversations.id, id)).for('no key update')
    for (const status of ['overdue', 'pending', 'open']) {
      expectStatus(await mia.post(path(id, 'status'), { status }, later), 202)
    }
  })
  expectStatus(await mia.post(path(id, 'close'), {}), 200)
  return id
}

/** Every way of living that is on file; `test/replay/histories/<name>.<run>.json`. */
export const lives: Record<string, Life> = {
  'chat-from-handoff-to-handoff': {
    drive: chatFromHandoffToHandoff,
    runs: [['accepted', 'accepted', 'queued', 'accepted', 'accepted', 'accepted', 'accepted']],
  },
  'ticket-closed-and-reopened': {
    drive: ticketClosedAndReopened,
    runs: [
      ['accepted', 'accepted', 'accepted', 'accepted'],
      ['accepted', 'accepted'],
    ],
  },
  'refusals-of-every-kind': {
    drive: refusalsOfEveryKind,
    runs: [
      [
        'refused: no_agent_available',
        'accepted',
        'refused: not_assignee',
        'refused: not_queued',
        'refused: already_assignee',
        'refused: assignee_changed',
        'refused: self_transfer',
        'refused: target_not_permitted',
        'refused: target_not_permitted',
        'refused: permission_denied',
        'refused: message_required',
        'accepted',
      ],
      ['refused: conversation_closed'],
    ],
  },
  'plan-required': {
    drive: planRequired,
    runs: [['accepted', 'refused: plan_required', 'accepted']],
  },
  'queued-cancelled-and-claimed': {
    drive: queuedCancelledAndClaimed,
    runs: [['queued', 'accepted', 'queued', 'accepted', 'accepted']],
  },
  'stale-judgement-asked-again': {
    drive: staleJudgementAskedAgain,
    runs: [['accepted', 'stale', 'accepted']],
  },
  'local-falls-back-to-regular': {
    drive: localFallsBackToRegular,
    runs: [['accepted', 'accepted', 'accepted']],
  },
  'continued-with-commands-waiting': {
    drive: continuedWithCommandsWaiting,
    runs: [
      ['accepted', 'accepted'],
      ['accepted', 'accepted', 'accepted'],
    ],
    onImpatientTemporal: true,
  },
}
