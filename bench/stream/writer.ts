import type { Database } from '../../db/client.ts'
import { createConversation } from '../../db/conversations/create.ts'
import type { ConversationRow } from '../../db/conversations/row.ts'
import { recordEvents } from '../../db/events/record.ts'
import { createAiAgent } from '../../db/people/ai-agents.ts'
import { createApiKey } from '../../db/people/api-keys.ts'
import { issueToken } from '../../db/people/tokens.ts'
import { createWorkspace } from '../../db/people/workspaces.ts'

const TEXT = 'Hello, where is my parcel? It should have been here two days ago. '.repeat(3)
const target = { type: 'anyone' } as const

/** A workspace with one chat, in which messages are told of, and so many tokens of an API key. */
export function makeWorkspace(db: Database, tokens: number) {
  return db.transaction(async (tx) => {
    const admin = { name: 'Admin', email: 'admin@bench.test' }
    const made = await createWorkspace(tx, { name: 'Bench', plan: 'free', admin })
    const { workspace, teamspace } = made
    const handoff = { target, targetsByLanguage: {}, checkAvailability: false }
    const ai = { name: 'Ava', teamspaceId: teamspace.id, handoff }
    const id = await createAiAgent(tx, workspace.id, ai)
    const { id: keyId } = await createApiKey(tx, workspace.id, 'Web')
    const issue = () => issueToken(tx, workspace.id, { apiKeyId: keyId })
    const issued = await Promise.all(Array.from({ length: tokens }, issue))
    const creator = { type: 'api_key', id: keyId, workspaceId: workspace.id, name: 'Web' } as const
    const { conversation } = await createConversation(tx, creator, {
      kind: 'chat',
      teamspaceId: teamspace.id,
      playerExternalId: 'player',
      assignee: { type: 'ai_agent', id },
    })
    return { conversation, tokens: issued.map(({ token }) => token) }
  })
}

/** One message is told of, in one transaction; when its commit was asked for, in milliseconds. */
export async function write(
  db: Database,
  conversation: ConversationRow,
  number: number,
): Promise<number> {
  let askedAt = 0
  const data = { number, text: TEXT, author: { type: 'player', id: 'player' } }
  await db.transaction(async (tx) => {
    await recordEvents(tx, conversation.workspaceId, [
      {
        type: 'message.created',
        data,
        conversation: { before: conversation, after: conversation },
      },
    ])
    askedAt = performance.now()
  })
  return askedAt
}
