import type { Queryable } from '../client.ts'
import { findMemberships } from '../people/memberships.ts'
import { findPrincipalsByTokens } from '../people/principals.ts'
import type { EventReader } from './reach.ts'

/**
 * The readers with these tokens, by hash, with what decides which events they see. A deleted token
 * is absent. Always three statements, however many tokens are asked for.
 */
export async function findEventReaders(
  db: Queryable,
  workspaceId: string,
  hashes: string[],
): Promise<Map<string, EventReader>> {
  const principals = await findPrincipalsByTokens(db, workspaceId, hashes)
  const userIds = [...principals.values()].flatMap(({ type, id }) => (type === 'user' ? [id] : []))
  const memberships = await findMemberships(db, workspaceId, userIds)
  return new Map(
    [...principals].map(([hash, principal]) => {
      return [hash, { principal, memberships: memberships.get(principal.id) ?? null }]
    }),
  )
}
