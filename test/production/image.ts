import { execFileSync } from 'node:child_process'
import {
  chmodSync,
  copyFileSync,
  cpSync,
  existsSync,
  linkSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  readlinkSync,
  renameSync,
  rmSync,
  statSync,
  symlinkSync,
} from 'node:fs'
import { tmpdir } from 'node:os'
import { join, relative, resolve } from 'node:path'

/** What an image is made of, its working folder being a folder here. */
export type Image = {
  folder: string
  env: Record<string, string>
  user: number
  command: string[]
  remove(): void
}

type Stage = Omit<Image, 'remove'>

/**
 * Carries the Dockerfile out in folders, without a container engine: every line as written, but
 * packages come from this checkout's `node_modules` rather than a registry.
 */
export function buildImage(): Image {
  const temporary = mkdtempSync(join(tmpdir(), 'baton-image-'))
  chmodSync(temporary, 0o755)
  const stages = new Map<string, Stage>()
  let stage: Stage | undefined
  for (const [word, rest] of instructions(readFileSync('Dockerfile', 'utf8'))) {
    if (word === 'FROM') {
      const name = rest.split(' AS ')[1] ?? 'final'
      stage = { folder: join(temporary, name), env: {}, user: 0, command: [] }
      mkdirSync(stage.folder)
      stages.set(name, stage)
    } else if (stage) {
      carryOut(stage, word, rest, stages)
    }
  }
  if (!stage) throw new Error('The Dockerfile has no FROM')
  return { ...stage, remove: () => rmSync(temporary, { recursive: true, force: true }) }
}

function instructions(dockerfile: string): [string, string][] {
  const lines = dockerfile.replaceAll(/^\s*(#.*)?\n/gm, '').replaceAll(/\\\n\s*/g, '')
  const pairs = lines.trim().split('\n')
  return pairs.map((line) => [line.split(' ', 1)[0] ?? '', line.slice(line.indexOf(' ') + 1)])
}

function carryOut(stage: Stage, word: string, rest: string, stages: Map<string, Stage>): void {
  if (word === 'COPY') copy(stage, rest.split(' '), stages)
  else if (word === 'RUN' && rest.startsWith('npm ci ')) install(stage.folder, rest)
  else if (word === 'RUN') execFileSync('sh', ['-c', rest], { cwd: stage.folder, stdio: 'pipe' })
  else if (word === 'ENV')
    stage.env = { ...stage.env, [rest.split('=')[0] ?? '']: afterEquals(rest) }
  else if (word === 'USER') stage.user = Number(rest)
  else if (word === 'CMD') stage.command = JSON.parse(rest)
  else if (!['WORKDIR', 'EXPOSE'].includes(word)) throw new Error(`${word} is unknown here`)
}

const afterEquals = (assignment: string) => assignment.slice(assignment.indexOf('=') + 1)

function copy(stage: Stage, words: string[], stages: Map<string, Stage>): void {
  const to = join(stage.folder, words.pop() ?? '')
  const from = words[0]?.startsWith('--from=') && stages.get(afterEquals(words.shift() ?? ''))
  for (const source of words) {
    const given = from && join(from.folder, source.replace(/^\/app\//, ''))
    if (given && existsSync(to)) cpSync(given, to, { recursive: true })
    // Moved rather than copied: no stage gives the same twice.
    else if (given) renameSync(given, to)
    else if (statSync(source).isFile()) copyFileSync(source, join(to, source))
    else plant(resolve(source), to, copyFileSync, isSent)
  }
}

const ignored = readFileSync('.dockerignore', 'utf8').trim().split('\n').map(asExpression)
const isSent = (name: string) => !ignored.some((pattern) => pattern.test(name))

function asExpression(pattern: string): RegExp {
  return new RegExp(`^${pattern.replaceAll('.', '\\.').replaceAll('*', '.*')}$`)
}

/** The packages that `npm ci` would install, as the registry has them: without our patches. */
function install(folder: string, command: string): void {
  if (!command.includes('--omit=dev')) {
    symlinkSync(resolve('node_modules'), join(folder, 'node_modules'))
    return
  }
  const lock = JSON.parse(readFileSync('package-lock.json', 'utf8'))
  const patches = readdirSync('patches')
  for (const [path, { dev }] of Object.entries<{ dev?: boolean }>(lock.packages)) {
    if (path.lastIndexOf('node_modules/') !== 0 || dev || !existsSync(path)) continue
    const name = path.replace('node_modules/', '').replaceAll('/', '+')
    const isPatched = patches.some((patch) => patch.startsWith(`${name}+`))
    plant(resolve(path), join(folder, path), isPatched ? copyFileSync : linkFile)
  }
  plant(resolve('node_modules/.bin'), join(folder, 'node_modules/.bin'))
  const patchDir = relative(folder, resolve('patches'))
  const tool = resolve('node_modules/.bin/patch-package')
  execFileSync(tool, ['--reverse', '--patch-dir', patchDir], { cwd: folder, stdio: 'pipe' })
}

type Place = (source: string, target: string) => void

/** Makes a hard link: enough for files that are only read or removed, and much faster than a copy. */
const linkFile: Place = (source, target) => {
  try {
    linkSync(source, target)
  } catch {
    copyFileSync(source, target)
  }
}

function plant(from: string, to: string, place: Place = copyFileSync, isWanted = everything): void {
  mkdirSync(to, { recursive: true })
  for (const entry of readdirSync(from, { withFileTypes: true })) {
    if (!isWanted(entry.name)) continue
    const source = join(from, entry.name)
    const target = join(to, entry.name)
    if (entry.isDirectory()) plant(source, target, place)
    else if (entry.isSymbolicLink()) symlinkSync(readlinkSync(source), target)
    else if (entry.isFile()) place(source, target)
  }
}

function everything(_name: string): boolean {
  return true
}
