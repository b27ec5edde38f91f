import { refuse } from '../../activities/settle/refuse.ts'
import { messageShape } from '../../contract/message.ts'
import type { Transaction } from '../../db/client.ts'
import { insertCommand } from '../../db/commands/commands.ts'
import { countMessage, storeMessage } from '../../db/conversations/messages.ts'
import { wasThere } from '../../db/conversations/past-sight.ts'
import { type ConversationRow, lockConversation } from '../../db/conversations/row.ts'
import { findSight } from '../../db/conversations/sight.ts'
import { stateOf } from '../../db/conversations/state.ts'
import { newId } from '../../db/ids.ts'
import type { AiAgentPrincipal, UserPrincipal } from '../../domain/principals.ts'
import { judge } from '../../domain/rules.ts'
import type { RefusalCode } from '../../domain/words.ts'
import type { Acted } from '../idempotency.ts'
import { notFound } from '../problem-error.ts'

type Reply = {
  conversationId: string
  text: string
  expectedEpoch?: number
  requestId: string
}

/**
 * Stores a reply exactly when its author is the Assignee at this moment, under the epoch they
 * name; else puts the refused attempt on record, without its text.
 */
export async function reply(
  tx: Transaction,
  author: UserPrincipal | AiAgentPrincipal,
  asked: Reply,
): Promise<Acted> {
  const { conversationId, expectedEpoch } = asked
  const replier = { type: author.type, id: author.id }
  const fence = { conversationId, workspaceId: author.workspaceId, replier, expectedEpoch }
  // Who holds it sees it, so whether they may is asked only of others.
  const conversation = await countMessage(tx, fence)
  if (conversation) return store(tx, author, conversation, asked.text)
  const sight = await findSight(tx, author, conversationId)
  if (!sight) throw notFound()
  if (!sight.visible && !(await wasThere(tx, author, sight, expectedEpoch))) throw notFound()
  // Locked, so that what is told is still so when this commits, and so that the second try stands.
  const row = (await lockConversation(tx, conversationId)) as ConversationRow
  const code = judge(stateOf(row), { commandId: '', kind: 'reply', actor: replier, expectedEpoch })
  if (code) return refuseReply(tx, author, asked, row, code)
  return store(tx, author, (await countMessage(tx, fence)) as ConversationRow, asked.text)
}

async function store(
  tx: Transaction,
  author: UserPrincipal | AiAgentPrincipal,
  conversation: ConversationRow,
  text: string,
): Promise<Acted> {
  const by = { type: author.type, id: author.id }
  const message = messageShape(await storeMessage(tx, conversation, { author: by, text }))
  const as = { before: conversation, after: conversation }
  return {
    answer: { status: 201, body: JSON.stringify(message) },
    newEvents: [{ type: 'message.created', data: message, conversation: as }],
  }
}

async function refuseReply(
  tx: Transaction,
  author: UserPrincipal | AiAgentPrincipal,
  asked: Reply,
  row: ConversationRow,
  code: RefusalCode,
): Promise<Acted> {
  const command = await insertCommand(tx, {
    id: newId('command'),
    workspaceId: author.workspaceId,
    conversationId: row.id,
    kind: 'reply',
    actorType: author.type,
    actorId: author.id,
    payload: { expectedEpoch: asked.expectedEpoch },
    requestId: asked.requestId,
  })
  const refused = { command, conversation: row, actor: author, code }
  const { settled, newEvents } = await refuse(tx, refused)
  return { answer: { status: settled.answerStatus, body: settled.answerBody }, newEvents }
}
