import type { Command } from '../domain/conversation.ts'

/**
 * The commands of a conversation that wait to be settled, in the order of their signals. A command
 * has one place, however often it is signalled.
 */
export class Inbox {
  readonly commands: Command[]
  /** Signalled again while they were first, and so perhaps being settled. */
  readonly #again = new Set<string>()

  /** @param waiting commands that the run before this one left unsettled */
  constructor(waiting: readonly Command[] = []) {
    this.commands = [...waiting]
  }

  receive(command: Command): void {
    const place = this.commands.findIndex((one) => one.commandId === command.commandId)
    if (place === -1) this.commands.push(command)
    if (place === 0) this.#again.add(command.commandId)
  }

  /** Takes the first one out; returns whether it was signalled again since it was first. */
  removeFirst(): boolean {
    const first = this.commands.shift()
    return first !== undefined && this.#again.delete(first.commandId)
  }
}
