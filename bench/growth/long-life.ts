import type { Talk } from '../../test/harness/scenes.ts'
import type { Person } from '../../test/harness/workspace.ts'
import { clientWith, openAsker, type Script } from '../commands/ask.ts'
import { makeScene } from '../commands/scene.ts'
import { takeover } from '../commands/workloads/commands.ts'
import { median, short } from '../figures.ts'
import type { Growing } from './growing.ts'

const COMPARED = 100

/** A conversation's first commands beside those that come after so many, asked in turn. */
export async function longLife({ url }: Growing, age: number): Promise<string> {
  const { pair, chats } = await makeScene(url, { users: 2 })
  const [old, young] = (await chats(2)) as [Talk, Talk]
  const asker = openAsker(url, 1)

  async function timed(client: ReturnType<typeof clientWith>): Promise<number> {
    const ask = client.next()
    const begun = performance.now()
    const answer = await asker.ask(ask)
    const took = performance.now() - begun
    if (!ask.isRight(answer)) throw new Error(`${ask.kind}: ${JSON.stringify(answer)}`)
    return took
  }

  const [ofOld, ofYoung] = [old, young].map((chat) => clientWith(inTurn(chat, pair()))) as [
    ReturnType<typeof clientWith>,
    ReturnType<typeof clientWith>,
  ]
  for (let n = 0; n < age; n += 1) await timed(ofOld)
  const first: number[] = []
  const later: number[] = []
  for (let n = 0; n < COMPARED; n += 1) {
    first.push(await timed(ofYoung))
    later.push(await timed(ofOld))
  }
  await asker.close()
  const [early, late] = [median(first), median(later)]
  return `p50 of a conversation's first ${COMPARED} takeovers: ${short(early)} ms; of the ${COMPARED} after its ${age}th: ${short(late)} ms (× ${short(late / early)}).`
}

function* inTurn(chat: Talk, users: Person[]): Script {
  for (;;) for (const user of users) yield takeover(chat, user)
}
