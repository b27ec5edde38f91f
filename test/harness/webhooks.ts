import { expect, vi } from 'vitest'
import type { TestApi } from './api.ts'
import { answer, type Reaction, type Received, startReceiver } from './receiver.ts'
import { expectStatus, type Workspace } from './workspace.ts'

export type Hook = Awaited<ReturnType<ReturnType<typeof webhooksOf>['aWebhook']>>

/** Webhooks of a workspace, each with a receiver of its own; `close` ends them. */
export function webhooksOf(w: Workspace) {
  const open: { path: string; close(): void }[] = []

  /** A webhook for these types, or all (null), and who receives it. */
  async function aWebhook(react: Reaction = answer(200), types: string[] | null = MESSAGES) {
    const receiver = await startReceiver(react)
    const made = await w.create('/v1/webhooks', { url: receiver.url, types: types ?? undefined })
    const path = `/v1/webhooks/${made.id}`
    open.push({ path, close: receiver.close })
    return {
      ...receiver,
      ...{ id: made.id as string, secret: made.secret as string, path },
      now: async () => expectStatus(await w.admin.get(path), 200),
      set: async (active: boolean) => expectStatus(await w.admin.patch(path, { active }), 200),
      /** Latest event first. */
      deliveries: async () =>
        expectStatus(await w.admin.get(`${path}/deliveries?limit=200`), 200).items,
    }
  }

  async function close(): Promise<void> {
    for (const { path, close } of open.splice(0)) {
      await w.admin.delete(path)
      close()
    }
  }
  return { aWebhook, close }
}

const MESSAGES = ['message.created']

/** The texts of messages, in the order in which they were received. */
export const textsOf = (all: Received[]): string[] => all.map(({ event }) => event.data.text)

/** Resolves once the workflow of a webhook has nothing more to do. */
export function untilEnded({ temporal }: TestApi, id: string) {
  return vi.waitFor(
    async () => {
      const { status } = await temporal.workflow.getHandle(`webhook/${id}`).describe()
      expect(status.name).toBe('COMPLETED')
    },
    { timeout: 5_000, interval: 50 },
  )
}
