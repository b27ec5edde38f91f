import { z } from '@hono/zod-openapi'
import { email, id, language, messageText, name, text } from './base.ts'

const message = z.strictObject({ text: messageText }).optional()
const externalId = text(500)

const chat = z.strictObject({
  kind: z.literal('chat'),
  aiAgentId: id,
  player: z.strictObject({ externalId, name: name.optional() }),
  language: language.optional(),
  message,
})

const ticket = z.strictObject({
  kind: z.literal('ticket'),
  teamspaceId: id,
  subject: text(1000),
  player: z.strictObject({ externalId, name: name.optional(), email: email.optional() }),
  assigneeId: id,
  teamId: id.optional(),
  message,
})

/** A chat begins with an AI agent; a ticket names its first Assignee. */
export const createConversationSchema = z
  .discriminatedUnion('kind', [chat, ticket])
  .openapi('NewConversation')

export type NewChat = z.infer<typeof chat>
export type NewTicket = z.infer<typeof ticket>
export type NewConversation = NewChat | NewTicket
