import { aChat, type Talk } from '../harness/scenes.ts'
import type { Workspace } from '../harness/workspace.ts'
import { type Asking, asking } from './asking.ts'

export type Takeover = { chat: Talk; asking: Asking }

/** A takeover with a message of a chat that its AI agent holds. */
export async function aTakeover(w: Workspace, text = 'Let me'): Promise<Takeover> {
  const chat = await aChat(w)
  return { chat, asking: asking(w.admin, `${chat.path}/takeover`, { message: { text } }) }
}
