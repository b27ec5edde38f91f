import { execFileSync } from 'node:child_process'
import { existsSync } from 'node:fs'
import { chromium } from 'playwright-core'

const NAMES = ['chromium', 'chromium-browser', 'google-chrome']

/** Where Chromium is: the system's one, else Playwright's own; null when there is none. */
export function findChromium(): string | null {
  const folders = (process.env.PATH ?? '').split(':')
  const paths = folders.flatMap((folder) => NAMES.map((name) => `${folder}/${name}`))
  return [...paths, chromium.executablePath()].find((path) => existsSync(path)) ?? null
}

/** Installs it where there is none: by the system's packages if that may be, else Playwright's own. */
export function installChromium(): void {
  if (findChromium()) return
  const run = (command: string, ...args: string[]) =>
    execFileSync(command, args, { stdio: 'inherit' })
  const mayInstall = process.getuid?.() === 0 && existsSync('/usr/bin/apt-get')
  if (!mayInstall) return void run('npx', 'playwright-core', 'install', '--with-deps', 'chromium')
  run('apt-get', 'update', '-qq')
  run('apt-get', 'install', '-y', '-qq', 'chromium')
}
