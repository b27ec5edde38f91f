import type { AddressInfo } from 'node:net'
import { serve } from '@hono/node-server'
import { type Browser, type BrowserContextOptions, chromium, type Page } from 'playwright-core'
import { type TestApi, testApi } from '../harness/api.ts'
import { aRole } from '../harness/scenes.ts'
import { expectStatus, type Person, type Workspace } from '../harness/workspace.ts'
import { findChromium } from './chromium.ts'

/** Whatever takes longer than this on a page does not come. */
const SOON_MS = 6_000

/** The whole service on a port of its own, and a browser. */
export async function aDesk() {
  const api: TestApi = await testApi()
  const server = serve({ fetch: api.app.fetch, port: 0, hostname: '127.0.0.1' })
  await new Promise((resolve) => server.once('listening', resolve))
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`
  const browser = await launch()

  /** A window in which this person is signed in. What the page logs as an error fails its test. */
  async function windowOf(w: Workspace, person: Person, options: BrowserContextOptions = {}) {
    const made = await w.admin.post(`/v1/users/${person.id}/tokens`, {})
    const context = await browser.newContext({ viewport: { width: 1280, height: 800 }, ...options })
    const page = await context.newPage()
    page.setDefaultTimeout(SOON_MS)
    const errors: string[] = []
    page.on('pageerror', (error) => errors.push(error.message))
    await page.goto(`${url}/inbox`)
    await page.getByLabel('Sign in with your token').fill(expectStatus(made, 201).token)
    await page.getByRole('button', { name: 'Sign in' }).click()
    await page.getByRole('heading', { name: 'Mine' }).waitFor()
    return { page, errors }
  }

  async function close() {
    await browser.close()
    if ('closeAllConnections' in server) server.closeAllConnections()
    await new Promise((resolve) => server.close(resolve))
    await api.close()
  }
  return { api, url, browser, windowOf, close }
}

function launch(): Promise<Browser> {
  const executablePath = findChromium()
  if (!executablePath) throw new Error('There is no Chromium: npm run test:inbox installs it')
  const args = [
    '--no-sandbox',
    '--disable-gpu',
    '--disable-quic',
    '--disable-background-networking',
  ]
  return chromium.launch({ executablePath, args })
}

/** Opens a conversation from the list `All`, by the name of its player. */
export async function open(page: Page, player: string): Promise<void> {
  await page.getByRole('button', { name: 'All', exact: true }).click()
  await page.getByRole('listitem').filter({ hasText: player }).getByRole('button').click()
  await page.getByRole('heading', { name: player }).waitFor()
}

/** Opens the menu of the message editor and chooses. */
export async function choose(page: Page, item: string): Promise<void> {
  await page.getByRole('button', { name: 'More', exact: true }).click()
  await page.getByRole('menuitem', { name: item, exact: true }).click()
}

/** The Assignee as the conversation says it. */
export const assigneeIn = (page: Page, name: string) => page.getByText(`Assignee: ${name}`)

/** A user who sees and may take over all chats, so that they see where each went. */
export async function aLead(w: Workspace, name: string): Promise<Person> {
  const roleId = await aRole(w, { livechats: { view: 'all', manage: 'all', transfer: true } })
  return w.user(name, { roleId })
}
