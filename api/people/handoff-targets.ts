import type { Transaction } from '../../db/client.ts'
import { unknownIn } from '../../db/people/unknown-ids.ts'
import { teams, users } from '../../db/schema.ts'
import type { HandoffSettings, HandoffTarget } from '../../domain/handoff.ts'
import { invalidRequest } from '../problem-error.ts'

/** Handoff settings of which some may be missing. */
type GivenHandoff = Partial<HandoffSettings>

const defaults: HandoffSettings = {
  target: { type: 'anyone' },
  targetsByLanguage: {},
  checkAvailability: false,
}

/** The given settings put over the earlier ones; over the defaults for a new AI agent. */
export function mergedHandoff(given: GivenHandoff = {}, before = defaults): HandoffSettings {
  const target = withoutRepeats(given.target ?? before.target)
  const languages = Object.entries(given.targetsByLanguage ?? before.targetsByLanguage)
  return {
    target,
    targetsByLanguage: Object.fromEntries(languages.map(([key, to]) => [key, withoutRepeats(to)])),
    checkAvailability: given.checkAvailability ?? before.checkAvailability,
  }
}

function withoutRepeats(target: HandoffTarget): HandoffTarget {
  if (target.type !== 'teams') return target
  return { type: 'teams', teamIds: [...new Set(target.teamIds)] }
}

/** 400 with the path of the first target that is not a user or team of the workspace. */
export async function mustKnowTargets(
  tx: Transaction,
  workspaceId: string,
  given: GivenHandoff = {},
): Promise<void> {
  const named = namedIn(given)
  const ids = (what: Named['what']) => named.filter((it) => it.what === what).map((it) => it.id)
  const unknownUsers = await unknownIn(tx, users, workspaceId, ids('user'))
  const unknownTeams = await unknownIn(tx, teams, workspaceId, ids('team'))
  const wrong = named.find(({ what, id }) =>
    (what === 'user' ? unknownUsers : unknownTeams).has(id),
  )
  if (wrong) throw invalidRequest(wrong.path, `There is no such ${wrong.what}`)
}

type Named = { what: 'user' | 'team'; id: string; path: string }

function namedIn({ target, targetsByLanguage = {} }: GivenHandoff): Named[] {
  return [
    ...(target ? namedBy(target, 'handoff.target') : []),
    ...Object.entries(targetsByLanguage).flatMap(([language, to]) =>
      namedBy(to, `handoff.targetsByLanguage.${language}`),
    ),
  ]
}

function namedBy(target: HandoffTarget, path: string): Named[] {
  if (target.type === 'anyone') return []
  if (target.type === 'user') return [{ what: 'user', id: target.userId, path: `${path}.userId` }]
  return target.teamIds.map((id, at) => ({ what: 'team', id, path: `${path}.teamIds.${at}` }))
}
