import type { Queryable } from '../../db/client.ts'
import { findSight, type Sight } from '../../db/conversations/sight.ts'
import type { Principal } from '../../domain/principals.ts'
import { notFound } from '../problem-error.ts'

/** The conversation, when it exists for this principal; else 404, whether or not it exists. */
export async function see(db: Queryable, principal: Principal, id: string): Promise<Sight> {
  const sight = await findSight(db, principal, id)
  if (!sight?.visible) throw notFound()
  return sight
}
