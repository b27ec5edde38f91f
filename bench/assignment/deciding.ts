import { sql } from 'drizzle-orm'
import { pino } from 'pino'
import { createSettle } from '../../activities/settle.ts'
import type { Database } from '../../db/client.ts'
import { insertCommand } from '../../db/commands/commands.ts'
import { createConversation } from '../../db/conversations/create.ts'
import { newId } from '../../db/ids.ts'
import { placeOf } from '../../db/queue/position.ts'
import type { Engine } from '../../engine/signal.ts'
import type { Asked } from './database.ts'
import type { Scene } from './scene.ts'

const DECISIONS = 30

/** Nobody is woken: the decision alone is measured. */
const noEngine = { wakeQueue: async () => {} } as unknown as Engine

/**
 * How long each of some handoffs takes to be decided and written, how much of it under the lock,
 * and how much of that choosing takes.
 */
export async function decide(db: Database, asked: Asked[], scene: Scene) {
  const settle = createSettle({ db, engine: noEngine, log: pino({ level: 'silent' }) })
  const whole: number[] = []
  const locked: number[] = []
  const choosing: number[] = []
  for (let n = 0; n < DECISIONS; n += 1) {
    const order = await aHandoff(db, scene)
    asked.length = 0
    const begun = performance.now()
    const { outcome } = await settle(order)
    const ended = performance.now()
    if (outcome !== 'accepted') throw new Error(`A handoff was ${outcome}`)
    whole.push(ended - begun)
    locked.push(ended - lockedAt(asked))
    choosing.push(whenAsked(asked, /insert into "assignments"/) - whenAsked(asked, /"method"/))
  }
  return { whole, locked, choosing }
}

async function aHandoff(db: Database, { workspaceId, teamspaceId, aiAgentId }: Scene) {
  const creator = { type: 'ai_agent' as const, id: aiAgentId, workspaceId, name: 'Ava' }
  const { conversation } = await db.transaction((tx) =>
    createConversation(tx, creator, {
      kind: 'chat',
      teamspaceId,
      playerExternalId: 'player',
      assignee: { type: 'ai_agent', id: aiAgentId },
    }),
  )
  const { id: commandId } = await insertCommand(db, {
    id: newId('command'),
    workspaceId,
    conversationId: conversation.id,
    kind: 'handoff',
    actorType: 'ai_agent',
    actorId: aiAgentId,
    payload: {},
  })
  const kind = 'handoff' as const
  return { conversationId: conversation.id, commandId, kind, version: 1, refusal: null }
}

/** The lock is held from when the next thing is asked; nobody else is there to wait for. */
function lockedAt(asked: Asked[]): number {
  const lock = asked.findIndex(({ query }) => /from "workspaces".* for no key update/.test(query))
  const next = asked[lock + 1]
  if (lock < 0 || !next) throw new Error('The lock was not asked for')
  return next.at
}

function whenAsked(asked: Asked[], what: RegExp): number {
  const found = asked.find(({ query }) => what.test(query))
  if (!found) throw new Error(`${what} was not asked`)
  return found.at
}

/** How long it takes to count the position of the last that waits. */
export async function countPosition(db: Database, { teamspaceId, waiting }: Scene) {
  const durations: number[] = []
  for (let n = 0; n < DECISIONS; n += 1) {
    const begun = performance.now()
    const place = await placeOf(db, teamspaceId, waiting)
    durations.push(performance.now() - begun)
    if (place !== waiting) throw new Error(`The last of ${waiting} is at ${place}`)
  }
  return durations
}

/** As autovacuum leaves tables that have grown. */
export async function settleDown(db: Database): Promise<void> {
  await db.execute(sql`vacuum analyze`)
}
