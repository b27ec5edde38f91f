import { z } from '@hono/zod-openapi'
import { canonicalLanguage, LANGUAGE_TAG } from '../../domain/languages.ts'

/** Text that PostgreSQL and JSON can carry: no NUL, no half of a surrogate pair, not only blanks. */
export const text = (max: number) =>
  z
    .string()
    .max(max)
    .refine((value) => value.trim() !== '', 'must not be blank')
    .refine((value) => !value.includes('\0') && value.isWellFormed(), 'must be well-formed Unicode')

export const name = text(200)
export const note = text(10_000)
export const messageText = text(100_000)
export const email = text(320).regex(/^\S+@\S+$/, 'must be an email address')
/** An id in a body. It is looked up later, so any form is accepted here. */
export const id = text(200)

/** A language tag as it is written, such as `pt-BR` or `pt_br`. */
export const languageTag = z.string().max(35).regex(LANGUAGE_TAG, 'must be a language tag')
/** A language tag in its canonical form. */
export const language = languageTag.transform(canonicalLanguage)

export const instant = z.iso.datetime()

/** An id in a path. Text that cannot be an id is answered like an unknown id. */
export const pathId = (name: string) =>
  z
    .string()
    .transform((value) => (/^[\w-]{1,100}$/.test(value) ? value : 'nobody'))
    .openapi({ param: { name, in: 'path' }, type: 'string' })

export const idParam = z.object({ id: pathId('id') })

export const holder = z.object({ type: z.enum(['user', 'ai_agent']), id: z.string() })
export const actor = z.object({ type: z.enum(['user', 'ai_agent', 'api_key']), id: z.string() })
