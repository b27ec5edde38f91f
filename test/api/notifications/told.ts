import { expectStatus, type Person } from '../../harness/workspace.ts'

/** Of a notification, what does not differ from run to run. */
export type Told = { kind: string; conversationId: string; note?: string }

/** What a user was told, newest first. */
export async function toldTo(person: Person): Promise<Told[]> {
  const { items } = expectStatus(await person.get('/v1/notifications?limit=200'), 200)
  return items.map(({ id, at, readAt, ...told }: Told & Record<string, unknown>) => told)
}

/** What a user was told of one conversation, newest first, as kinds. */
export async function kindsTo(person: Person, { id }: { id: string }): Promise<string[]> {
  const told = await toldTo(person)
  return told.filter((one) => one.conversationId === id).map((one) => one.kind)
}
