import type { TestApi } from '../test/harness/api.ts'
import { caller } from '../test/harness/caller.ts'
import { aChat } from '../test/harness/scenes.ts'
import { aWorkspace } from '../test/harness/workspace.ts'
import { spread } from './figures.ts'
import { startService } from './stream/service.ts'

const WARM = 200
const MEASURED = 500

const service = await startService()
try {
  const as = (token: string) => caller((path, init) => fetch(service.url + path, init), token)
  const w = await aWorkspace({ as, root: as('bt_root_bench') } as unknown as TestApi)
  const chat = await aChat(w)

  async function timed(send: () => Promise<unknown>): Promise<string> {
    const durations: number[] = []
    for (let n = 0; n < WARM + MEASURED; n += 1) {
      const begun = performance.now()
      await send()
      if (n >= WARM) durations.push(performance.now() - begun)
    }
    return spread(durations)
  }

  const inbound = { text: 'Where is it?', from: 'player' }
  console.log(
    'Milliseconds a message takes, asked over HTTP, one after another; median (95th percentile).\n',
  )
  console.log(`of a player      ${await timed(() => chat.does(w.channel, 'messages', inbound))}`)
  console.log(
    `of the Assignee  ${await timed(() => chat.does(w.ava, 'messages', { text: 'On its way' }))}`,
  )
  console.log(`reading one      ${await timed(() => chat.now())}`)
} finally {
  await service.stop()
}
