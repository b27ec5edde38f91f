import { afterAll, beforeAll, expect, test } from 'vitest'
import { aLivechat, type Talk } from '../harness/scenes.ts'
import { aWorkspace, type Person, type Workspace } from '../harness/workspace.ts'
import { aDesk } from './desk.ts'

let desk: Awaited<ReturnType<typeof aDesk>>
let w: Workspace
let mia: Person
let chats: Talk[]
beforeAll(async () => {
  desk = await aDesk()
  w = await aWorkspace(desk.api)
  mia = await w.user('Mia')
  chats = [await aLivechat(w, mia), await aLivechat(w, mia)]
})
afterAll(() => desk.close())

test('by keyboard alone: the next conversation, a reply, and the one before', async () => {
  const { page, errors } = await desk.windowOf(w, mia)
  await page.getByRole('listitem').filter({ hasText: 'Pat' }).nth(1).waitFor()
  const [second, first] = chats as [Talk, Talk]
  await page.keyboard.press('j')
  await page.waitForURL(`**/c/${first.id}`)
  await page.getByLabel('Your reply').waitFor()
  await page.keyboard.press('r')
  await page.keyboard.type('jk? Written by keyboard')
  await page.keyboard.press('Control+Enter')
  await page.getByRole('log').getByText('jk? Written by keyboard').waitFor()
  expect((await first.messages()).map(({ text }: { text: string }) => text)).toEqual([
    'jk? Written by keyboard',
  ])
  await page.keyboard.press('Escape')
  await page.keyboard.press('j')
  await page.waitForURL(`**/c/${second.id}`)
  await page.getByLabel('Your reply').waitFor()
  await page.keyboard.press('k')
  await page.waitForURL(`**/c/${first.id}`)
  await page.keyboard.press('?')
  await page.getByRole('heading', { name: 'Keys' }).waitFor()
  expect(errors).toEqual([])
})

test('what came meanwhile is counted at its conversation and in the title, until it is opened', async () => {
  const other = await w.user('Ola')
  const chat = await aLivechat(w, other)
  await chat.does(w.channel, 'messages', { from: 'player', text: 'Anybody?' })
  const { page } = await desk.windowOf(w, other)
  const row = page.getByRole('listitem').filter({ hasText: 'Pat' })
  await row.getByText('2 unread').waitFor()
  await expect.poll(() => page.title()).toBe('(2) Baton Inbox')
  await row.getByRole('button').click()
  await expect.poll(() => page.title()).toBe('Baton Inbox')
  await row.getByText('unread').waitFor({ state: 'detached' })
})
