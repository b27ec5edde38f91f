import type { TestApi } from '../../test/harness/api.ts'
import { type Caller, caller } from '../../test/harness/caller.ts'
import { aRole, talk } from '../../test/harness/scenes.ts'
import { aWorkspace, expectStatus, type Person } from '../../test/harness/workspace.ts'
import { ROOT_TOKEN } from '../contestants.ts'

/** As many as serve a busy teamspace. */
const USERS = 20
/** Nobody waits in a queue while the clients have their chats. */
const MAX_CHATS = 1_000
const everything = { view: 'all', manage: 'all', transfer: true }

export type Scene = Awaited<ReturnType<typeof makeScene>>

/** A workspace behind this API, whose users may take over anything. */
export async function makeScene(url: string, { users = USERS, maxChats = MAX_CHATS } = {}) {
  const as = (token: string): Caller => caller((path, init) => fetch(url + path, init), token)
  const w = await aWorkspace({ as, root: as(ROOT_TOKEN) } as unknown as TestApi)
  const assignment = { maxChatsPerAgent: maxChats }
  expectStatus(await w.admin.patch(`/v1/teamspaces/${w.teamspaceId}`, { assignment }), 200)
  const roleId = await aRole(w, { livechats: everything, tickets: everything })
  const people: Person[] = []
  while (people.length < users) people.push(await w.user(`Agent ${people.length}`, { roleId }))
  let pairs = 0

  return {
    w,
    people,
    /** Two users; the next two each time. */
    pair(): [Person, Person] {
      const at = (n: number) => people[n % people.length] as Person
      pairs += 1
      return [at(2 * pairs), at(2 * pairs + 1)]
    },
    /** Chats that their AI agent holds, or that `holder` has taken over. */
    chats: (count: number, holder?: Person) =>
      Promise.all(
        Array.from({ length: count }, async () => {
          const chat = talk(w, (await w.chat()).id)
          const message = { text: 'Hello, how may I help you?' }
          if (holder) await chat.does(holder, 'takeover', { message })
          return chat
        }),
      ),
  }
}
