import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import type { Service } from './compose.ts'
import type { Image } from './image.ts'

export type Container = {
  pid: number
  /** What it has said so far. */
  output(): string
  /** Resolves once it has said this; rejects when it ends before. */
  says(part: string): Promise<void>
  /** Its exit code, or the signal that ended it. */
  ended: Promise<number | string>
  stop(): Promise<number | string>
}

type Start = { image: Image; service: Service; env: Record<string, string> }

/** Starts a service of the compose file: its command in the image's folder, as the image's user. */
export function start({ image, service, env }: Start): Container {
  return run(service.command ?? image.command, { image, service, env })
}

/** Asks a service how it is, as its health check does. Returns the exit code. */
export async function checkHealth(started: Start): Promise<number | string> {
  const [kind, ...command] = started.service.healthcheck?.test ?? []
  if (kind !== 'CMD') throw new Error(`A health check of kind ${kind}`)
  return run(command, started).ended
}

function run([command = '', ...args]: string[], { image, service, env }: Start): Container {
  const asRoot = process.getuid?.() === 0
  const child = spawn(command, args, {
    cwd: image.folder,
    env: { PATH: process.env.PATH, ...image.env, ...asText(service.environment), ...env },
    ...(asRoot && { uid: image.user, gid: image.user }),
    stdio: ['ignore', 'pipe', 'pipe'],
  })
  return follow(child)
}

function follow(child: ChildProcess): Container {
  let output = ''
  for (const stream of [child.stdout, child.stderr]) {
    stream?.on('data', (chunk) => {
      output += chunk
      child.emit('said')
    })
  }
  const ended = once(child, 'close').then(([code, signal]) => code ?? signal)
  async function says(part: string): Promise<void> {
    const over = ended.then(() => true)
    while (!output.includes(part)) {
      const isOver = await Promise.race([over, once(child, 'said').then(() => false)])
      if (isOver && !output.includes(part)) throw new Error(`It ended without "${part}": ${output}`)
    }
  }
  async function stop(): Promise<number | string> {
    child.kill('SIGTERM')
    return ended
  }
  return { pid: child.pid ?? 0, output: () => output, says, ended, stop }
}

const asText = (environment: Record<string, string | number>) =>
  Object.fromEntries(Object.entries(environment).map(([name, value]) => [name, String(value)]))
