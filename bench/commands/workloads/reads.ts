import { expectStatus, type Person } from '../../../test/harness/workspace.ts'
import type { Answer, Ask, Script } from '../ask.ts'
import type { Scene } from '../scene.ts'
import { TEXT, type Workload } from '../workload.ts'

const MESSAGES = 20
const LISTED = 50
/** A read is over in a moment. */
const SHARE = 0.5

type Read = {
  kind: string
  title: string
  path: (id: string) => string
  isRight: (answer: Answer, id: string, holder: string) => boolean
}

const holdsItems = (count: number) => (answer: Answer) =>
  answer.status === 200 && answer.body.items.length === count

const reads: Read[] = [
  {
    ...{ kind: 'conversation', title: 'one conversation' },
    path: (id) => `/v1/conversations/${id}`,
    isRight: ({ status, body }, id, holder) =>
      status === 200 && body.id === id && body.assignee.id === holder,
  },
  {
    ...{ kind: 'list', title: `list of ${LISTED} conversations` },
    path: () => `/v1/conversations?limit=${LISTED}`,
    isRight: holdsItems(LISTED),
  },
  {
    ...{ kind: 'messages', title: `${MESSAGES} messages` },
    path: (id) => `/v1/conversations/${id}/messages?limit=50`,
    isRight: holdsItems(MESSAGES),
  },
]

/** Each read, right after the bare one it is compared with, which reads the same. */
export async function readWorkloads(scene: Scene): Promise<Workload[]> {
  await scene.chats(LISTED)
  const made: Promise<Known>[] = []
  return reads.flatMap((read): Workload[] => {
    const { kind, title } = read
    const bare = `bare ${title}`
    const workload = (contestant: 'bare' | 'baton', of: string, besides: string[]): Workload => {
      let clients = 0
      const script = async () => {
        const place = clients++
        made[place] ??= aKnownChat(scene)
        return again(asking(read, await made[place]))
      }
      return { contestant, kind, title: of, besides, share: SHARE, script }
    }
    return [workload('bare', bare, []), workload('baton', title, [bare])]
  })
}

type Known = { id: string; holder: Person }

async function aKnownChat(scene: Scene): Promise<Known> {
  const [holder] = scene.pair()
  const [chat] = await scene.chats(1, holder)
  if (!chat) throw new Error('No chat was made')
  for (let said = 1; said < MESSAGES; said += 1) {
    expectStatus(await chat.by(holder, 'messages', { text: TEXT }), 201)
  }
  return { id: chat.id, holder }
}

function asking({ kind, path, isRight }: Read, { id, holder }: Known): Ask {
  return {
    ...{ kind, method: 'GET', path: path(id), token: holder.token },
    isRight: (answer) => isRight(answer, id, holder.id),
  }
}

function* again(ask: Ask): Script {
  for (;;) yield ask
}
