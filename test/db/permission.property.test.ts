import fc from 'fast-check'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { listServing } from '../../db/chat-assignment/serving.ts'
import type { Transaction } from '../../db/client.ts'
import { insertCommand } from '../../db/commands/commands.ts'
import { listConversations } from '../../db/conversations/list.ts'
import { findMeeting } from '../../db/conversations/meeting.ts'
import { wasThere } from '../../db/conversations/past-sight.ts'
import { whereaboutsOf } from '../../db/conversations/row.ts'
import { type Sight, selectSights } from '../../db/conversations/sight.ts'
import { type EventReader, type Seen, sees } from '../../db/events/reach.ts'
import { findEventReaders } from '../../db/events/readers.ts'
import { newId } from '../../db/ids.ts'
import { resolvePool } from '../../domain/chat-assignment/pool.ts'
import { type FreshDatabase, freshDatabase } from '../harness/database.ts'
import { hashOf, insertWorld, rolledBack, type World, world } from './world.ts'

let database: FreshDatabase
beforeAll(async () => {
  database = await freshDatabase(1)
})
afterAll(() => database.close())

/** What is true of this world, which is there for the moment of asking only. */
function inWorld(one: World, ask: (tx: Transaction) => Promise<void>): Promise<void> {
  return rolledBack(database.client.db, async (tx) => {
    await insertWorld(tx, one)
    await ask(tx)
  })
}

/** Everyone who may ask, and every conversation as they meet it. */
async function meetings(tx: Transaction, one: World) {
  const hashes = one.principals.map(hashOf)
  const readers = [...(await findEventReaders(tx, 'w', hashes)).values()]
  const met: { reader: EventReader; sight: Sight }[] = []
  for (const reader of readers) {
    for (const sight of await selectSights(tx, reader.principal)) met.push({ reader, sight })
  }
  return met
}

const name = ({ principal }: EventReader, { id }: Sight) => `${principal.id} of ${id}`

/** Something said where the conversation is now. */
function saidIn(sight: Sight): Seen {
  const where = whereaboutsOf(sight)
  const { workspaceId, teamspaceId, id: conversationId, kind: conversationKind } = sight
  const of = { workspaceId, teamspaceId, conversationId, conversationKind }
  return { type: 'message.created', data: {}, ...of, before: where, after: where }
}

test('who sees a conversation is told of it', async () => {
  const property = fc.asyncProperty(world, (one) =>
    inWorld(one, async (tx) => {
      for (const { reader, sight } of await meetings(tx, one)) {
        expect(sees(reader, saidIn(sight)), name(reader, sight)).toBe(sight.visible)
      }
    }),
  )
  await fc.assert(property, { numRuns: 120 })
})

test('who sees a conversation finds it in their list, in order of activity', async () => {
  const property = fc.asyncProperty(world, (one) =>
    inWorld(one, async (tx) => {
      const met = await meetings(tx, one)
      for (const reader of new Set(met.map((meeting) => meeting.reader))) {
        const seen = met.filter((meeting) => meeting.reader === reader && meeting.sight.visible)
        const { principal } = reader
        const listed = await listConversations(tx, principal, {}, { after: undefined, limit: 51 })
        const expected = seen.map(({ sight }) => sight).toSorted(byActivity)
        expect(
          listed.map(({ id }) => id),
          principal.id,
        ).toEqual(expected.map(({ id }) => id))
      }
    }),
  )
  await fc.assert(property, { numRuns: 80 })
})

function byActivity(one: Sight, other: Sight): number {
  const later = other.lastActivityAt.getTime() - one.lastActivityAt.getTime()
  return later || (one.id < other.id ? 1 : -1)
}

test('who sees a conversation could have seen it where it is now in an earlier epoch', async () => {
  const property = fc.asyncProperty(world, ({ conversations, ...rest }) => {
    const one = { ...rest, conversations: conversations.slice(0, 1) }
    return inWorld(one, async (tx) => {
      for (const { reader, sight } of await meetings(tx, one)) {
        const saw = await wasThere(tx, reader.principal, sight, 1)
        expect(saw, name(reader, sight)).toBe(sight.visible)
      }
    })
  })
  await fc.assert(property, { numRuns: 80 })
})

test('whoever asked for a command meets its conversation as they meet it themselves', async () => {
  const property = fc.asyncProperty(world, (one) =>
    inWorld(one, async (tx) => {
      for (const { reader, sight } of await meetings(tx, one)) {
        const { principal } = reader
        const { id } = await insertCommand(tx, {
          ...{ id: newId('command'), workspaceId: 'w', conversationId: sight.id, kind: 'takeover' },
          ...{ actorType: principal.type, actorId: principal.id, payload: {} },
        })
        const { visible, manageable, awaitsThem, assigneeName, plan } = sight
        const met = { visible, manageable, awaitsThem, assigneeName, plan }
        const meeting = await findMeeting(tx, id)
        expect(meeting, name(reader, sight)).toMatchObject({ actor: principal, met })
      }
    }),
  )
  await fc.assert(property, { numRuns: 60 })
})

test('who may claim what waits is in the pool that Chat Assignment picks from', async () => {
  const property = fc.asyncProperty(world, (one) =>
    inWorld(one, async (tx) => {
      const everyone = {
        here: await listServing(tx, 'here'),
        there: await listServing(tx, 'there'),
      }
      for (const { reader, sight } of await meetings(tx, one)) {
        const { kind, queueArrival, queueTeamIds: teamIds } = sight
        const serving = everyone[sight.teamspaceId as keyof typeof everyone]
        const pool = resolvePool(serving, { kind, teamIds }).serving
        const isIn = pool.some(({ userId }) => userId === reader.principal.id)
        expect(sight.awaitsThem, name(reader, sight)).toBe(queueArrival !== null && isIn)
      }
    }),
  )
  await fc.assert(property, { numRuns: 120 })
})
