import { and, asc, eq, inArray, isNull } from 'drizzle-orm'
import type { Queryable } from '../client.ts'
import { roles, users } from '../schema.ts'

/** Those of these users who are active, with the name of their role, by name. */
export function listDemoPeople(db: Queryable, ids: string[]) {
  return db
    .select({ id: users.id, name: users.name, role: roles.name })
    .from(users)
    .innerJoin(roles, eq(roles.id, users.roleId))
    .where(and(inArray(users.id, ids), isNull(users.deactivatedAt)))
    .orderBy(asc(users.name))
}
