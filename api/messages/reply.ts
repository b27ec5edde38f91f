import { refuse } from '../../activities/settle/refuse.ts'
import { messageShape } from '../../contract/message.ts'
import type { Transaction } from '../../db/client.ts'
import { insertCommand } from '../../db/commands/commands.ts'
import { type Stored, storeMessage } from '../../db/conversations/messages.ts'
import { wasThere } from '../../db/conversations/past-sight.ts'
import { lockSight, type Sight } from '../../db/conversations/sight.ts'
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
  const said = { author: replier, text: asked.text }
  const stored = await storeMessage(tx, fence, said)
  if (stored) return toldOf(stored)
  // Locked, so that what is told is still so when this commits, and so that the second try stands.
  const sight = await lockSight(tx, author, conversationId)
  if (!sight) throw notFound()
  if (!sight.visible && !(await wasThere(tx, author, sight, expectedEpoch))) throw notFound()
  const by = { commandId: '', kind: 'reply' as const, actor: replier, expectedEpoch }
  const code = judge(stateOf(sight), by)
  if (code) return refuseReply(tx, author, asked, sight, code)
  return toldOf((await storeMessage(tx, fence, said)) as Stored)
}

function toldOf({ conversation, message: row }: Stored): Acted {
  const message = messageShape(row)
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
  sight: Sight,
  code: RefusalCode,
): Promise<Acted> {
  const command = await insertCommand(tx, {
    id: newId('command'),
    workspaceId: author.workspaceId,
    conversationId: sight.id,
    kind: 'reply',
    actorType: author.type,
    actorId: author.id,
    payload: { expectedEpoch: asked.expectedEpoch },
    requestId: asked.requestId,
  })
  const settled = await refuse(tx, { command, conversation: sight, sight, code })
  return { answer: { status: settled.answerStatus, body: settled.answerBody }, newEvents: [] }
}
