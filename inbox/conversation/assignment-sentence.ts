import type { Assignment } from '../../client/index.ts'

/** What an assignment says in a sentence. */
export function sentenceOf(
  { cause, actor, from, to, teamId }: Assignment,
  nameOf: (id: string | null) => string,
): string {
  const target = to ? nameOf(to.id) : 'the queue'
  const who = actor && actor.type !== 'api_key' ? nameOf(actor.id) : 'The channel'
  const holder = from ? nameOf(from.id) : 'the queue'
  switch (cause) {
    case 'created':
      return `Began with ${target}`
    case 'handoff':
      return `${holder} handed it off to ${target}`
    case 'handoff_cancelled':
      return `${who} took the handoff back: ${target} has it`
    case 'transfer':
      return `${who} transferred it from ${holder} to ${target}`
    case 'team_transfer':
      return `${who} transferred it to ${nameOf(teamId)}: ${target} has it`
    case 'takeover':
      return `${who} took it over from ${holder}`
    case 'close':
      return `${who} closed it: ${target} has it again`
    case 'queue':
      return `${target} was given it from the queue`
    case 'deactivation':
      return `${holder} left: ${target} has it`
  }
}
