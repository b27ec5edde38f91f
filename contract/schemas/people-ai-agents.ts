import { z } from '@hono/zod-openapi'
import { id, instant, language, name } from './base.ts'

const MAX_TEAMS = 50
const MAX_LANGUAGES = 200

const target = z
  .discriminatedUnion('type', [
    z.strictObject({ type: z.literal('anyone') }),
    z.strictObject({ type: z.literal('user'), userId: id }),
    z.strictObject({ type: z.literal('teams'), teamIds: z.array(id).min(1).max(MAX_TEAMS) }),
  ])
  .openapi('HandoffTarget')

const targetsByLanguage = z
  .record(language, target)
  .refine((it) => Object.keys(it).length <= MAX_LANGUAGES, `at most ${MAX_LANGUAGES} languages`)
  .openapi({ example: { es: { type: 'teams', teamIds: ['team_01k…'] } } })

const handoffFields = { target, targetsByLanguage, checkAvailability: z.boolean() }

const handoff = z.object(handoffFields).openapi('Handoff')

/** Settings that are not given stay as they are; new ones: anyone, no languages, no check. */
const handoffChange = z.strictObject(handoffFields).partial().openapi('HandoffChange')

export const aiAgent = z
  .object({
    id: z.string(),
    name: z.string(),
    teamspaceId: z.string(),
    handoff,
    isDefault: z.boolean().openapi({ description: 'The one its teamspace cannot do without' }),
    createdAt: instant,
  })
  .openapi('AiAgent')

export const newAiAgent = z
  .strictObject({ name, teamspaceId: id, handoff: handoffChange.optional() })
  .openapi('NewAiAgent')

export const aiAgentChange = z
  .strictObject({ name, handoff: handoffChange })
  .partial()
  .openapi('AiAgentChange')
