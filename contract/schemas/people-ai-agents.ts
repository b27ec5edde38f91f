import { z } from '@hono/zod-openapi'
import { canonicalLanguage } from '../../domain/languages.ts'
import { id, instant, languageTag, name } from './base.ts'

const MAX_TEAMS = 50
const MAX_LANGUAGES = 200

const target = z
  .discriminatedUnion('type', [
    z.strictObject({ type: z.literal('anyone') }),
    z.strictObject({ type: z.literal('user'), userId: id }),
    z.strictObject({ type: z.literal('teams'), teamIds: z.array(id).min(1).max(MAX_TEAMS) }),
  ])
  .openapi('HandoffTarget')

const example = { es: { type: 'teams', teamIds: ['team_01k…'] } }

const targetsByLanguage = z.record(languageTag, target).openapi({
  description:
    'Tags compare without case. The exact tag first, then its base (`es` for `es-MX`), else `target`',
  example,
})

const newTargetsByLanguage = targetsByLanguage
  .refine((it) => Object.keys(it).length <= MAX_LANGUAGES, `at most ${MAX_LANGUAGES} languages`)
  .superRefine((it, { addIssue }) => {
    for (const [tag, earlier] of meantTwice(Object.keys(it))) {
      addIssue({ code: 'custom', path: [tag], message: `means the same as ${earlier}` })
    }
  })
  .transform((it) => {
    const all = Object.entries(it)
    return Object.fromEntries(all.map(([tag, to]) => [canonicalLanguage(tag), to]))
  })

/** Each tag that means the same as an earlier one, with that earlier one. */
function meantTwice(tags: string[]): [tag: string, earlier: string][] {
  const first = new Map(tags.toReversed().map((tag) => [canonicalLanguage(tag), tag]))
  return tags.flatMap((tag) => {
    const earlier = first.get(canonicalLanguage(tag)) as string
    return earlier === tag ? [] : [[tag, earlier]]
  })
}

const checkAvailability = z.boolean()

const handoff = z.object({ target, targetsByLanguage, checkAvailability }).openapi('Handoff')

/** Settings that are not given stay as they are; a new AI agent begins with anyone, no languages and no check. */
const handoffChange = z
  .strictObject({ target, targetsByLanguage: newTargetsByLanguage, checkAvailability })
  .partial()
  .openapi('HandoffChange')

export const aiAgent = z
  .object({
    id: z.string(),
    name: z.string(),
    teamspaceId: z.string(),
    handoff,
    isDefault: z
      .boolean()
      .openapi({ description: 'The default AI agent of its teamspace; it cannot be deleted' }),
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
