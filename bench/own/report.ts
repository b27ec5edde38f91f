import { execFileSync } from 'node:child_process'
import { readFileSync, writeFileSync } from 'node:fs'
import { cpus, release, totalmem } from 'node:os'
import { fileURLToPath } from 'node:url'

const README = fileURLToPath(new URL('../README.md', import.meta.url))

/** When and on what a table was made, in a line of Markdown. */
export function madeOn(): string {
  const git = (...args: string[]) => execFileSync('git', args, { encoding: 'utf8' }).trim()
  const changed = git('status', '--porcelain', '--', ':!bench/README.md') === '' ? '' : ', changed'
  const [cpu] = cpus()
  return [
    `${new Date().toISOString().slice(0, 10)}, commit ${git('rev-parse', '--short=10', 'HEAD')}${changed}`,
    `${cpus().length} × ${cpu?.model.trim()}, ${Math.round(totalmem() / 2 ** 30)} GiB`,
    `${process.platform} ${release()}, Node ${process.version}.`,
  ].join('; ')
}

/** Puts what was measured between the markers of this name in bench/README.md. */
export function writeReport(name: string, markdown: string): void {
  const [begin, end] = [`<!-- ${name}: begin -->`, `<!-- ${name}: end -->`]
  const text = readFileSync(README, 'utf8')
  const [from, to] = [text.indexOf(begin), text.indexOf(end)]
  if (from < 0 || to < from) throw new Error(`${README} has no ${begin} … ${end}`)
  const before = text.slice(0, from + begin.length)
  writeFileSync(README, `${before}\n${markdown}\n${text.slice(to)}`)
}
