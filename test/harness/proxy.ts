import { once } from 'node:events'
import { type AddressInfo, connect, createServer, type Socket } from 'node:net'

export type TcpProxy = Awaited<ReturnType<typeof startProxy>>

/** A TCP proxy before a server that loses connections the ways networks and dying servers do. */
export async function startProxy(target: string) {
  const { hostname, port } = new URL(target)
  const callers = new Set<Socket>()
  const state = { accepted: 0, hangingUp: false, frozen: false }
  let watch = (_: Buffer) => {}

  const server = createServer((caller) => {
    state.accepted += 1
    caller.on('error', () => {})
    if (state.hangingUp) return void caller.end()
    const called = connect(Number(port), hostname)
    called.on('error', () => {})
    callers.add(caller)
    caller.on('close', () => callers.delete(caller) && called.destroy())
    called.on('close', () => caller.end())
    const carry = (from: Socket, to: Socket) =>
      from.on('data', (data) => {
        if (state.frozen) return
        to.write(data)
        watch(data)
      })
    carry(caller, called)
    carry(called, caller)
  })

  async function accept(port = 0): Promise<number> {
    server.listen(port, '127.0.0.1')
    await once(server, 'listening')
    return (server.address() as AddressInfo).port
  }

  const own = await accept()
  const url = new URL(target)
  url.host = `127.0.0.1:${own}`

  function reset(): void {
    for (const caller of callers) caller.resetAndDestroy()
  }

  return {
    url: url.href,
    /** How many connections were accepted so far. */
    accepted: () => state.accepted,
    reset,
    finish: () => {
      for (const caller of callers) caller.end()
    },
    /** Called with whatever went through, either way, after it did. */
    watch: (watcher: (data: Buffer) => void) => {
      watch = watcher
    },
    /** From now on nothing goes through, and nobody is told. */
    freeze: () => {
      state.frozen = true
    },
    thaw: () => {
      state.frozen = false
    },
    /** Whether who connects is hung up on at once. */
    hangUp: (hangingUp: boolean) => {
      state.hangingUp = hangingUp
    },
    refuse: () => {
      server.close()
      reset()
    },
    acceptAgain: () => accept(own),
    close: () => {
      server.close()
      reset()
    },
  }
}
