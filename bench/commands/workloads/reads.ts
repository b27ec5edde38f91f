import { expectStatus } from '../../../test/harness/workspace.ts'
import type { Answer, Ask, Script } from '../ask.ts'
import type { Scene } from '../scene.ts'
import { TEXT, type Workload } from '../workload.ts'

const MESSAGES = 20
const LISTED = 50

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

/** Each read, right after the bare one it is compared with. */
export async function readWorkloads(scene: Scene): Promise<Workload[]> {
  await scene.chats(LISTED)
  return reads.flatMap((read): Workload[] => {
    const { kind, title } = read
    const script = () => reader(scene, read)
    const bare = `bare ${title}`
    return [
      { contestant: 'bare', kind, title: bare, besides: [], script },
      { contestant: 'baton', kind, title, besides: [bare], script },
    ]
  })
}

async function reader(scene: Scene, { kind, path, isRight }: Read): Promise<Script> {
  const [holder] = scene.pair()
  const [chat] = await scene.chats(1, holder)
  if (!chat) throw new Error('No chat was made')
  for (let said = 1; said < MESSAGES; said += 1) {
    expectStatus(await chat.by(holder, 'messages', { text: TEXT }), 201)
  }
  const ask: Ask = {
    ...{ kind, method: 'GET', path: path(chat.id), token: holder.token },
    isRight: (answer) => isRight(answer, chat.id, holder.id),
  }
  return again(ask)
}

function* again(ask: Ask): Script {
  for (;;) yield ask
}
