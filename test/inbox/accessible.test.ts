import { readFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import type { Page } from 'playwright-core'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { aLivechat } from '../harness/scenes.ts'
import { aWorkspace, type Person, type Workspace } from '../harness/workspace.ts'
import { aDesk, choose, open } from './desk.ts'

const axe = readFileSync(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8')

let desk: Awaited<ReturnType<typeof aDesk>>
let w: Workspace
let mia: Person
beforeAll(async () => {
  desk = await aDesk()
  w = await aWorkspace(desk.api)
  mia = await w.user('Mia')
  const chat = await aLivechat(w, mia)
  await chat.does(w.channel, 'messages', { from: 'player', text: 'مرحبا، أين سيفي؟' })
  await chat.does(mia, 'messages', { text: 'I look for it: https://example.test/swords' })
})
afterAll(() => desk.close())

type Found = { violations: { id: string; nodes: { html: string }[] }[] }
type Window = {
  axe: { run(what: object): Promise<Found> }
  getComputedStyle(element: unknown): { direction: string }
}

/**
 * What axe finds wrong on the page as it is. The guards at the ends of an open menu are left out:
 * they are hidden, and pass the focus on as soon as they have it.
 */
async function violationsIn(page: Page): Promise<string[]> {
  await page.evaluate(axe)
  return page.evaluate(async () => {
    const { axe } = globalThis as never as Window
    const { violations } = await axe.run({ exclude: ['[data-base-ui-focus-guard]'] })
    return violations.map(({ id, nodes }) => `${id}: ${nodes.map(({ html }) => html).join(' ')}`)
  })
}

test.each(['light', 'dark'] as const)('axe finds nothing wrong: %s', async (colorScheme) => {
  const { page } = await desk.windowOf(w, mia, { colorScheme })
  expect(await violationsIn(page)).toEqual([])
  await open(page, 'Pat')
  await page.getByText('https://example.test/swords').waitFor()
  expect(await violationsIn(page)).toEqual([])
  await page.getByRole('button', { name: 'More', exact: true }).click()
  await page.getByRole('menuitem', { name: 'Close' }).waitFor()
  expect(await violationsIn(page)).toEqual([])
  await page.keyboard.press('Escape')
  await choose(page, 'Transfer')
  await page.getByText('online').first().waitFor()
  expect(await violationsIn(page)).toEqual([])
  const signIn = await desk.browser.newPage({ colorScheme })
  await signIn.goto(`${desk.url}/inbox`)
  await signIn.getByRole('button', { name: 'Sign in' }).waitFor()
  expect(await violationsIn(signIn)).toEqual([])
})

test('at 360 px the list comes first and then the conversation, and nothing is wider', async () => {
  const { page } = await desk.windowOf(w, mia, { viewport: { width: 360, height: 700 } })
  const isWider = () => page.evaluate('document.documentElement.scrollWidth > 360')
  expect(await isWider()).toBe(false)
  await open(page, 'Pat')
  expect(await page.getByRole('navigation').isVisible()).toBe(false)
  expect(await isWider()).toBe(false)
  await page.getByLabel('Back to the list').click()
  await page.getByRole('navigation').waitFor()
})

test('right-to-left text is shown as such', async () => {
  const { page } = await desk.windowOf(w, mia)
  await open(page, 'Pat')
  const text = page.getByText('مرحبا، أين سيفي؟')
  const direction = await text.evaluate((element) => {
    const { getComputedStyle } = globalThis as never as Window
    return getComputedStyle(element).direction
  })
  expect(direction).toBe('rtl')
})
