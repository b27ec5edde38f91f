import type { Logger } from 'pino'
import type { DatabaseClient } from '../../db/client.ts'
import { type CommandRow, findCommands } from '../../db/commands/commands.ts'
import { SETTLED_CHANNEL } from '../../db/commands/settle.ts'
import { databaseCode, isSilence } from '../../db/errors.ts'

/** How often all waiters are read again, in case a notification was lost. */
const POLL_MS = 1_000

/** Waits for commands to settle. */
export type Waiting = {
  /**
   * The command's row once it is no longer pending, or null after `timeoutMs`. Rejects when the
   * database falls silent meanwhile; one that restarts is waited for. `isNew`: nobody was told of
   * it yet, so its row need not be looked at before the first notification.
   */
  settled(commandId: string, timeoutMs: number, isNew?: boolean): Promise<CommandRow | null>
  /** Whoever waits, or would from now on, is told null. */
  close(): Promise<void>
}

type Waiter = { tell(row: CommandRow | null): void; fail(error: unknown): void }

/**
 * Listens on one connection for commands that settled and wakes who waits for them; reads every
 * waiter's row again after a reconnect, and now and then.
 */
export function listenForSettled({ db, sql }: DatabaseClient, log: Logger): Waiting {
  const waiters = new Map<string, Set<Waiter>>()

  const all = () => [...waiters.values()].flatMap((those) => [...those])

  async function wake(ids: string[]): Promise<void> {
    if (ids.length === 0) return
    for (const row of await findCommands(db, ids)) {
      if (row.outcome === 'pending') continue
      for (const { tell } of waiters.get(row.id) ?? []) tell(row)
    }
  }

  // The poll asks again, so a failed read costs a second and no answer.
  const wakeSoon = (ids: string[]) =>
    wake(ids).catch((error) => {
      log.debug({ code: databaseCode(error) }, 'reading settled commands failed')
      if (isSilence(error)) for (const { fail } of all()) fail(error)
    })
  const onNotified = (id: string) => {
    if (waiters.has(id)) void wakeSoon([id])
  }

  let isClosed = false
  let isReading = false
  const wakeAll = () => {
    // While one waits for a database that is gone, others would only queue up behind it.
    if (isReading) return
    isReading = true
    void wakeSoon([...waiters.keys()]).finally(() => {
      isReading = false
    })
  }

  const poll = setInterval(wakeAll, POLL_MS)
  // Once: though this may fail, the driver goes on trying, and again whenever it lost the connection.
  sql.listen(SETTLED_CHANNEL, onNotified, wakeAll).catch(() => {})

  function settled(
    commandId: string,
    timeoutMs: number,
    isNew = false,
  ): Promise<CommandRow | null> {
    return new Promise((resolve, reject) => {
      const leave = () => {
        clearTimeout(timer)
        const others = waiters.get(commandId)
        others?.delete(waiter)
        if (others?.size === 0) waiters.delete(commandId)
      }
      const waiter: Waiter = {
        tell(row) {
          leave()
          resolve(row)
        },
        fail(error) {
          leave()
          reject(error)
        },
      }
      const timer = setTimeout(waiter.tell, isClosed ? 0 : timeoutMs, null)
      const others = waiters.get(commandId) ?? new Set()
      waiters.set(commandId, others.add(waiter))
      // It may have settled before anybody waited.
      if (!isNew) void wakeSoon([commandId])
    })
  }

  async function close(): Promise<void> {
    isClosed = true
    clearInterval(poll)
    for (const { tell } of all()) tell(null)
  }

  return { settled, close }
}
