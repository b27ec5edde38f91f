import { join } from 'node:path'
import { until } from '../../bin/embedded/until.ts'
import { program } from '../../test/harness/parts.ts'
import { type OwnService, ownService } from '../../test/harness/processes.ts'
import { aWorkspace, type Person, type Workspace } from '../../test/harness/workspace.ts'

const WORKERS = 8
const CLIENTS = 16
const AGENTS = 20
const CHATS = 400
const LONGEST_MS = 120_000

/** How many handoffs of one workspace are decided in a second, and how many queued chats are served. */
export async function throughput(): Promise<{ decided: number; drained: number }> {
  const service = await ownService()
  const others = Array.from({ length: WORKERS - 1 }, (_, n) =>
    program(
      join(service.dist, 'bin/worker.js'),
      service.env,
      join(service.dataDir, `worker-${n}.log`),
    ),
  )
  try {
    await Promise.all(others.map((worker) => worker.start()))
    const w = await aWorkspace(service.forWorkspaces)
    const assignment = { maxChatsPerAgent: 1_000 }
    await w.admin.patch(`/v1/teamspaces/${w.teamspaceId}`, { assignment })
    const agents = await Promise.all(Array.from({ length: AGENTS }, (_, n) => w.user(`Agent ${n}`)))
    await handOffAll(w, CLIENTS)
    const decided = await perSecond(() => handOffAll(w, CHATS))
    await Promise.all(agents.map((agent) => be(agent, 'away')))
    await handOffAll(w, CHATS)
    const drained = await perSecond(async () => {
      await Promise.all(agents.map((agent) => be(agent, 'online')))
      await untilNobodyWaits(service, w)
    })
    return { decided, drained }
  } finally {
    await Promise.all(others.map((worker) => worker.kill()))
    await service.close()
  }
}

async function perSecond(run: () => Promise<unknown>): Promise<number> {
  const begun = performance.now()
  await run()
  return CHATS / ((performance.now() - begun) / 1_000)
}

function be(agent: Person, presence: 'online' | 'away') {
  return agent.put('/v1/users/me/presence', { presence })
}

/** Hands off so many new chats, by some clients at once. */
async function handOffAll(w: Workspace, count: number): Promise<void> {
  const chats = await Promise.all(Array.from({ length: count }, () => w.chat()))
  const client = async () => {
    for (let chat = chats.pop(); chat; chat = chats.pop()) {
      const { status, text } = await w.channel.post(`/v1/conversations/${chat.id}/handoff`, {})
      if (status !== 200) throw new Error(text)
    }
  }
  await Promise.all(Array.from({ length: CLIENTS }, client))
}

async function untilNobodyWaits({ as }: OwnService, w: Workspace): Promise<void> {
  const channel = as(w.channel.token)
  const isSo = async () => {
    return (await channel.get('/v1/conversations?queued=true&limit=1')).body.items.length === 0
  }
  if (!(await until(isSo, LONGEST_MS))) throw new Error('Somebody still waits')
}
