import type { Talk } from '../../../test/harness/scenes.ts'
import type { Person } from '../../../test/harness/workspace.ts'
import type { Answer, Ask, Script } from '../ask.ts'
import type { Scene } from '../scene.ts'
import { CONVERSATIONS_EACH, FLOOR, NAIVE, TEXT, type Workload } from '../workload.ts'

const COUNT = CONVERSATIONS_EACH

/** What goes through the engine. */
export function commandWorkloads({ w, people, pair, chats }: Scene): Workload[] {
  const command = (kind: string, title: string, script: Workload['script']): Workload => {
    return { contestant: 'baton', kind, title, besides: [FLOOR, NAIVE], script }
  }
  return [
    command('takeover', 'takeover with a reply', async () => takeovers(await chats(COUNT), pair())),
    command('transfer', 'transfer', async () => {
      const [one, other] = pair()
      return transfers(await chats(COUNT, one), [one, other])
    }),
    command('status', 'status', async () => {
      const [holder] = pair()
      return statuses(await chats(COUNT, holder), holder)
    }),
    command('refused', 'refused command', async () => {
      const [holder, other] = pair()
      return refused(await chats(COUNT, holder), holder, other)
    }),
    command('handoff', 'handoff by pool', async () => {
      return handoffs(await chats(COUNT), w.channel.token, people)
    }),
  ]
}

function* takeovers(chats: Talk[], users: Person[]): Script {
  for (;;) {
    for (const user of users) {
      for (const chat of chats) yield takeover(chat, user)
    }
  }
}

export function takeover(chat: Talk, user: Person): Ask {
  return {
    ...command('takeover', `${chat.path}/takeover`, user.token, { message: { text: TEXT } }),
    isRight: (answer) => isHeldBy(answer, user) && answer.body.message.text === TEXT,
  }
}

function* transfers(chats: Talk[], [one, other]: [Person, Person]): Script {
  for (;;) {
    for (const [from, to] of [
      [one, other],
      [other, one],
    ] as const) {
      for (const { path } of chats) {
        const asked = command('transfer', `${path}/transfer`, from.token, { userId: to.id })
        yield { ...asked, isRight: (answer) => isHeldBy(answer, to) }
      }
    }
  }
}

function* statuses(chats: Talk[], holder: Person): Script {
  for (;;) {
    for (const status of ['pending', 'open']) {
      for (const { path } of chats) {
        const asked = command('status', `${path}/status`, holder.token, { status })
        const isRight = (answer: Answer) =>
          isHeldBy(answer, holder) && answer.body.conversation.status === status
        yield { ...asked, isRight }
      }
    }
  }
}

function* refused(chats: Talk[], holder: Person, other: Person): Script {
  for (;;) {
    for (const { path } of chats) {
      const asked = command('refused', `${path}/transfer`, other.token, { userId: holder.id })
      const isRight = ({ status, body }: Answer) =>
        status === 409 && body.code === 'not_assignee' && body.assignee.id === holder.id
      yield { ...asked, isRight }
    }
  }
}

/** Each close gives the chat back to its AI agent, which can hand it off again. */
function* handoffs(chats: Talk[], channel: string, people: Person[]): Script {
  const tokens = new Map(people.map(({ id, token }) => [id, token]))
  for (;;) {
    for (const { path } of chats) {
      const handoff = command('handoff', `${path}/handoff`, channel, {})
      const answer = yield { ...handoff, isRight: isWithUser }
      const holder = answer.body.conversation?.assignee?.id
      const close = command('close', `${path}/close`, tokens.get(holder) ?? '', {})
      yield { ...close, isRight: isWithAiAgent }
    }
  }
}

const isWithUser = ({ status, body }: Answer) =>
  status === 200 && body.conversation.assignee.type === 'user'
const isWithAiAgent = ({ status, body }: Answer) =>
  status === 200 && body.conversation.assignee.type === 'ai_agent'

function isHeldBy({ status, body }: Answer, { id }: Person): boolean {
  return status === 200 && body.conversation.assignee.id === id
}

function command(kind: string, path: string, token: string, body: unknown) {
  return { kind, method: 'POST' as const, path, token, body }
}
