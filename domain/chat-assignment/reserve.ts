import type { ConversationKind } from '../words.ts'
import type { Member } from './pick.ts'

/** A conversation that waits, with who could take it now. */
export type Waits = {
  kind: ConversationKind
  candidates: readonly Member[]
  /** Who could take those right behind it that are not listed; empty where all are. */
  unlistedFor: readonly Member[]
}

/** Whether this user has a slot that nothing which waits longer could be left without. */
export type IsLeft = (member: Member, kind: ConversationKind) => boolean

/** Those chats whose candidates are the same. */
type Line = {
  /** Free slots of the candidates. */
  slots: number
  waiting: number
  /** How many of the slots may go to whoever comes later, whatever those take that come earlier. */
  spare: number
  /** Lines that could take a slot from this one; itself, too. */
  sharing: Set<Line>
}

/**
 * Reserves slots for each of these, in the order given: `served` are those that may have one at
 * once, in whatever order they are settled and whomever the method picks for each.
 *
 * A chat that waits is safe while its candidates have more free slots than there are chats before
 * it that could take one of them. Whoever comes later may take a slot only if each that could have
 * it is safe after that, so nobody is served in place of somebody who came earlier. The cap does
 * not bind tickets: they take no slot. `cap`: chats per agent. Pure. Source: "Queue" of the domain,
 * first in, first served.
 */
export function reserve<W extends Waits>(
  waiting: readonly W[],
  cap: number,
): { served: W[]; isLeft: IsLeft } {
  const lines = new Map<readonly Member[], Line>()
  const linesOf = new Map<string, Set<Line>>()
  const closed = new Set<string>()

  const isLeft: IsLeft = ({ userId }, kind) => {
    if (kind === 'ticket') return true
    const safe = [...(linesOf.get(userId) ?? [])].every(({ spare }) => spare > 0)
    return safe && !closed.has(userId)
  }

  function lineOf(candidates: readonly Member[]): Line {
    const known = lines.get(candidates)
    if (known) return known
    const slots = candidates.reduce((sum, { openChats }) => sum + cap - openChats, 0)
    const line: Line = { slots, waiting: 0, spare: 0, sharing: new Set() }
    for (const { userId } of candidates) {
      const others = linesOf.get(userId) ?? new Set()
      linesOf.set(userId, others.add(line))
      for (const other of others) {
        other.sharing.add(line)
        line.sharing.add(other)
      }
    }
    lines.set(candidates, line)
    return line
  }

  function joinLine({ candidates }: W): void {
    const line = lineOf(candidates)
    const before = [...line.sharing].reduce((sum, other) => sum + other.waiting, 0)
    line.spare = line.slots - before - 1
    line.waiting += 1
  }

  const served: W[] = []
  for (const one of waiting) {
    if (one.candidates.some((member) => isLeft(member, one.kind))) served.push(one)
    if (one.kind === 'chat') joinLine(one)
    for (const { userId } of one.unlistedFor) closed.add(userId)
  }
  return { served, isLeft }
}
