import { sql } from 'drizzle-orm'
import type { Principal } from '../../domain/principals.ts'

/**
 * Somebody of this type, all of whom is placeholders: what is built for them once serves everybody
 * of the type. Where a condition is to find rows by an index, build it for the principal instead.
 */
export function anyAsker(type: Principal['type']): Principal {
  const asker = { type, id: held('askerId'), workspaceId: held('askerWorkspaceId'), name: '' }
  if (type !== 'user') return asker as Principal
  const livechats = { view: held('chatsView'), manage: held('chatsManage'), transfer: false }
  const tickets = { view: held('ticketsView'), manage: held('ticketsManage'), transfer: false }
  return { ...asker, isAdmin: false, livechats, tickets } as Principal
}

/** Somebody who sees as much as this principal, whose ids are placeholders: their grants stay words. */
export function askerLike(principal: Principal): Principal {
  return { ...principal, id: held('askerId'), workspaceId: held('askerWorkspaceId'), name: '' }
}

/** What tells askers apart that `askerLike` makes of principals. */
export function kindOfAsker(principal: Principal): string {
  if (principal.type !== 'user') return principal.type
  const { livechats, tickets } = principal
  return [livechats.view, livechats.manage, tickets.view, tickets.manage].join()
}

/** The values of those placeholders for a principal. */
export function valuesOf(asker: Principal) {
  const who = { askerId: asker.id, askerWorkspaceId: asker.workspaceId }
  if (asker.type !== 'user') return who
  const { livechats, tickets } = asker
  return {
    ...who,
    ...{ chatsView: livechats.view, chatsManage: livechats.manage },
    ...{ ticketsView: tickets.view, ticketsManage: tickets.manage },
  }
}

const held = (name: string) => sql.placeholder(name) as never
