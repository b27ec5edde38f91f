import { once } from 'node:events'
import { type AddressInfo, connect, createServer, type Socket } from 'node:net'

export type TcpProxy = Awaited<ReturnType<typeof startProxy>>

type State = {
  accepted: number
  hangingUp: boolean
  frozen: boolean
  watch: (data: Buffer) => void
}

/** Carries what a caller and the server say to each other, as `state` allows. */
function carryOn(caller: Socket, called: Socket, state: State): void {
  called.on('error', () => {})
  caller.on('close', () => called.destroy())
  called.on('close', () => caller.end())
  const carry = (from: Socket, to: Socket) =>
    from.on('data', (data) => {
      if (state.frozen) return
      to.write(data)
      state.watch(data)
    })
  carry(caller, called)
  carry(called, caller)
}

/** A TCP proxy before a server that loses connections the ways networks and dying servers do. */
export async function startProxy(target: string) {
  const { hostname, port } = new URL(target)
  const callers = new Set<Socket>()
  const state: State = { accepted: 0, hangingUp: false, frozen: false, watch: () => {} }

  const server = createServer((caller) => {
    state.accepted += 1
    caller.on('error', () => {})
    if (state.hangingUp) return void caller.end()
    callers.add(caller)
    caller.on('close', () => callers.delete(caller))
    carryOn(caller, connect(Number(port), hostname), state)
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

  function close(): void {
    server.close()
    reset()
  }

  return {
    url: url.href,
    ...switchesOf(state),
    reset,
    finish: () => {
      for (const caller of callers) caller.end()
    },
    refuse: close,
    acceptAgain: () => accept(own),
    close,
  }
}

function switchesOf(state: State) {
  return {
    /** How many connections were accepted so far. */
    accepted: () => state.accepted,
    /** Called with whatever went through, either way, after it did. */
    watch: (watcher: (data: Buffer) => void) => {
      state.watch = watcher
    },
    /** From now on nothing goes through, and nobody is told. */
    freeze: () => {
      state.frozen = true
    },
    thaw: () => {
      state.frozen = false
    },
    /** Whether new connections are hung up on at once. */
    hangUp: (hangingUp: boolean) => {
      state.hangingUp = hangingUp
    },
  }
}
