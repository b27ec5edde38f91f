import { benchDatabase } from './assignment/database.ts'
import { countPosition, decide, settleDown } from './assignment/deciding.ts'
import { makeScene } from './assignment/scene.ts'
import { throughput } from './assignment/throughput.ts'
import { fixed, spread } from './figures.ts'

const MEMBERS = [10, 1_000, 10_000]
const WAITING = [1, 1_000, 100_000]

const { db, asked, close } = await benchDatabase()
try {
  console.log('Milliseconds, as median (95th percentile) of 30 handoffs, one after another.\n')
  console.log(
    'members  waiting       choosing   whole under lock      with begin, wait   position of the last',
  )
  for (const members of MEMBERS) {
    for (const waiting of WAITING) {
      const scene = await makeScene(db, members, waiting)
      await settleDown(db)
      await decide(db, asked, scene)
      const { whole, locked, choosing } = await decide(db, asked, scene)
      const position = await countPosition(db, scene)
      const cells = [
        members,
        waiting,
        spread(choosing),
        spread(locked),
        spread(whole),
        spread(position),
      ]
      const widths = [7, 9, 15, 19, 22, 23]
      console.log(cells.map((cell, n) => String(cell).padStart(widths[n] as number)).join(''))
    }
  }
} finally {
  await close()
}

const { decided, drained } = await throughput()
console.log('\nOne workspace, 20 agents, 8 worker processes, 16 clients, per second:')
console.log(
  `${fixed(decided)} handoffs created, decided and answered; ${fixed(drained)} queued chats served`,
)
