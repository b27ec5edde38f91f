import { afterAll, beforeAll, expect, test } from 'vitest'
import { aLivechat } from '../harness/scenes.ts'
import { aWorkspace, type Workspace } from '../harness/workspace.ts'
import { aDesk, aLead, assigneeIn, open } from './desk.ts'

let desk: Awaited<ReturnType<typeof aDesk>>
let w: Workspace
beforeAll(async () => {
  desk = await aDesk()
})
afterAll(() => desk.close())

test('of two who take over at once one has it, and the other is told and keeps their text', async () => {
  w = await aWorkspace(desk.api)
  const chat = await aLivechat(w, await w.user('Mia'))
  const people = [await aLead(w, 'Ann'), await aLead(w, 'Ben')]
  const windows = await Promise.all(people.map((one) => desk.windowOf(w, one)))
  for (const [n, { page }] of windows.entries()) {
    await open(page, 'Pat')
    await page.getByRole('textbox').fill(`From ${people[n]?.name}`)
  }
  await Promise.all(
    windows.map(({ page }) => page.getByRole('button', { name: 'Takeover & Send' }).click()),
  )
  await expect.poll(async () => (await chat.messages()).length).toBe(1)
  const { assignee } = await chat.now()
  const { page } = windows[assignee.id === people[0]?.id ? 1 : 0] as (typeof windows)[number]
  await page.getByText(`${assignee.name} has this conversation now`).waitFor()
  expect(await page.getByRole('textbox').inputValue()).toMatch(/^From /)
  expect(await chat.messages()).toHaveLength(1)
})

test('what others do shows within a second, and a draft stays over it and over a reload', async () => {
  w = await aWorkspace(desk.api)
  const mia = await aLead(w, 'Mia')
  const chat = await aLivechat(w, mia)
  const { page, errors } = await desk.windowOf(w, mia)
  await open(page, 'Pat')
  await page.getByRole('textbox').fill('Half a senten')
  const begun = performance.now()
  await chat.does(w.channel, 'messages', { from: 'player', text: 'Are you <b>there</b>?' })
  await page.getByText('Are you <b>there</b>?').waitFor()
  expect(performance.now() - begun).toBeLessThan(1_000)
  await chat.does(w.admin, 'takeover', { message: { text: 'Mine now' } })
  await assigneeIn(page, w.admin.name).waitFor()
  expect(await page.getByRole('textbox').inputValue()).toBe('Half a senten')
  await page.reload()
  await assigneeIn(page, w.admin.name).waitFor()
  expect(await page.getByRole('textbox').inputValue()).toBe('Half a senten')
  expect(errors).toEqual([])
})

test('a token that is revoked ends in the sign-in, with the reason', async () => {
  w = await aWorkspace(desk.api)
  const mia = await w.user('Mia')
  const { page } = await desk.windowOf(w, mia)
  const { items } = (await w.admin.get(`/v1/users/${mia.id}/tokens`)).body
  for (const { id } of items) await w.admin.delete(`/v1/tokens/${id}`)
  await page.reload()
  await page.getByRole('alert').waitFor()
  expect(await page.getByRole('alert').textContent()).toContain('does not count')
})
