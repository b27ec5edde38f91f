import { afterAll, beforeAll, expect, test } from 'vitest'
import type { Transaction } from '../../db/client.ts'
import { storeMessage } from '../../db/conversations/messages.ts'
import { type ConversationRow, findConversation } from '../../db/conversations/row.ts'
import { stateOf } from '../../db/conversations/state.ts'
import { judge } from '../../domain/rules.ts'
import { conversationKinds, type Holder, type Status, statuses } from '../../domain/words.ts'
import { type FreshDatabase, freshDatabase } from '../harness/database.ts'
import { insertWorld, type Placed, recordEpochs, rolledBack } from './world.ts'

let database: FreshDatabase
beforeAll(async () => {
  database = await freshDatabase(1)
})
afterAll(() => database.close())

const places: [holder: string, at: Placed['at']][] = [
  ['a user', 'mia'],
  ['its AI agent', 'ai_agent'],
  ['nobody', { pool: null }],
]
const authors: Holder[] = [
  { type: 'user', id: 'mia' },
  { type: 'user', id: 'noor' },
  { type: 'ai_agent', id: 'ava' },
  { type: 'ai_agent', id: 'bob' },
]

/** What the database admits: a ticket is never an AI agent's, what waits is pending, a closed chat is its AI agent's. */
function isPossible(kind: Placed['kind'], at: Placed['at'], status: Status): boolean {
  if (typeof at !== 'string') return status === 'pending'
  if (at === 'ai_agent') return kind === 'chat'
  return kind === 'ticket' || status !== 'closed'
}

const all = conversationKinds.flatMap((kind) =>
  places.flatMap(([holder, at]) =>
    statuses
      .filter((status) => isPossible(kind, at, status))
      .map((status) => [kind, status, holder, at] as const),
  ),
)

/** Whether the fence lets each of the authors reply, and whether the rule does. */
async function replies(tx: Transaction, expectedEpoch?: number) {
  const row = (await findConversation(tx, 'conversation 0')) as ConversationRow
  const { id: conversationId, workspaceId } = row
  const verdicts: { author: string; fence: boolean; rule: boolean }[] = []
  for (const actor of authors) {
    const reply = { commandId: 'c', kind: 'reply' as const, actor, expectedEpoch }
    const rule = judge(stateOf(row), reply) === null
    const fence = { conversationId, workspaceId, replier: actor, expectedEpoch }
    verdicts.push({
      author: actor.id,
      fence: (await storeMessage(tx, fence, { author: actor, text: 'Hi' })) !== null,
      rule,
    })
  }
  return verdicts
}

test.each(all)(
  'the fence of a %s that is %s with %s lets reply whom the rule does',
  async (...of) => {
    const [kind, status, , at] = of
    const users = ['mia', 'noor', 'olga'].map((id) => aUser(id))
    const conversation = { kind, status, at, teamspaceId: 'here', teamId: null, originId: 'ava' }
    const one = { teams: [], users, conversations: [conversation], principals: ['mia'] }
    await rolledBack(database.client.db, async (tx) => {
      await insertWorld(tx, one)
      await recordEpochs(tx, one)
      for (const expectedEpoch of [undefined, 1, 2]) {
        const verdicts = await replies(tx, expectedEpoch)
        for (const { author, fence, rule } of verdicts) expect(fence, author).toBe(rule)
        const mayReply = verdicts.filter(({ rule }) => rule).map(({ author }) => author)
        expect(mayReply).toEqual(expectedEpoch === 1 ? [] : holders(kind, status, at))
      }
    })
  },
)

function aUser(id: string) {
  const none = ['none', 'none'] as ['none', 'none']
  return { id, chats: none, tickets: none, teamIds: [], isActive: true }
}

/** The Assignee, but of a closed ticket. */
function holders(kind: Placed['kind'], status: Status, at: Placed['at']): string[] {
  if (typeof at !== 'string' || (kind === 'ticket' && status === 'closed')) return []
  return [at === 'ai_agent' ? 'ava' : at]
}
