import type { Answer, Script } from '../ask.ts'
import type { Scene } from '../scene.ts'
import { CONVERSATIONS_EACH, FLOOR, NAIVE, TEXT, type Workload } from '../workload.ts'

/** What is stored without the engine. */
export function messageWorkloads({ w, pair, chats }: Scene): Workload[] {
  const message = (kind: string, title: string, script: Workload['script']): Workload => {
    return { contestant: 'baton', kind, title, besides: [FLOOR, NAIVE], script }
  }
  return [
    message('inbound', 'inbound message', async () => {
      const [holder] = pair()
      const paths = (await chats(CONVERSATIONS_EACH, holder)).map(({ path }) => path)
      const body = { text: TEXT, from: 'player' }
      return posts('inbound', paths, w.channel.token, body, 'player')
    }),
    message('reply', 'reply of the Assignee', async () => {
      const [holder] = pair()
      const paths = (await chats(CONVERSATIONS_EACH, holder)).map(({ path }) => path)
      return posts('reply', paths, holder.token, { text: TEXT }, 'user')
    }),
  ]
}

function* posts(
  kind: string,
  paths: string[],
  token: string,
  body: { text: string },
  author: 'player' | 'user',
): Script {
  const isRight = ({ status, body }: Answer) =>
    status === 201 && body.text === TEXT && body.author.type === author
  for (;;) {
    for (const path of paths) {
      yield { kind, method: 'POST', path: `${path}/messages`, token, body, isRight }
    }
  }
}
