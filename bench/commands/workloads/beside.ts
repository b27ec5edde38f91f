import { randomUUID } from 'node:crypto'
import type { Serving } from '../../own/programs.ts'
import type { Ask, Script } from '../ask.ts'
import { CONVERSATIONS_EACH, FLOOR, NAIVE, TEXT, type Workload } from '../workload.ts'

const USERS = ['mia', 'noah']

export function floorWorkload(): Workload {
  return beside('floor', FLOOR, [], async () => {})
}

export function naiveWorkload({ url }: Serving): Workload {
  return beside('naive', NAIVE, [FLOOR], async (id) => {
    const headers = { 'content-type': 'application/json' }
    const body = JSON.stringify({ id })
    await fetch(`${url}/v1/conversations`, { method: 'POST', headers, body })
  })
}

function beside(
  contestant: 'floor' | 'naive',
  title: string,
  besides: string[],
  make: (id: string) => Promise<void>,
): Workload {
  async function script(): Promise<Script> {
    const ids = Array.from({ length: CONVERSATIONS_EACH }, () => randomUUID())
    await Promise.all(ids.map(make))
    return takeovers(ids)
  }
  return { contestant, kind: 'takeover', title, besides, script }
}

function* takeovers(ids: string[]): Script {
  for (;;) {
    for (const userId of USERS) for (const id of ids) yield takeover(id, userId)
  }
}

function takeover(id: string, userId: string): Ask {
  return {
    ...{ kind: 'takeover', method: 'POST', path: `/v1/conversations/${id}/takeover` },
    body: { userId, text: TEXT },
    isRight: ({ status, body }) => status === 200 && body.conversation.assignee.id === userId,
  }
}
