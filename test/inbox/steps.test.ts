import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest'
import { aLivechat, type Talk } from '../harness/scenes.ts'
import { aWorkspace, type Person, type Workspace } from '../harness/workspace.ts'
import { aDesk, aLead, assigneeIn, choose, open } from './desk.ts'

// The steps of "Transfers & Takeovers", as a person does them, word by word.

let desk: Awaited<ReturnType<typeof aDesk>>
let w: Workspace
let mia: Person
let noah: Person
let chat: Talk
beforeAll(async () => {
  desk = await aDesk()
})
afterAll(() => desk.close())
beforeEach(async () => {
  w = await aWorkspace(desk.api)
  mia = await aLead(w, 'Mia')
  noah = await w.user('Noah', { teams: [w.billing] })
  chat = await aLivechat(w, mia)
})

const PLAYER = 'Pat'
const BILLING = 'Billing'
const holder = async () => (await chat.now()).assignee.id

test('transfer to live agent: Transfer', async () => {
  const { page, errors } = await desk.windowOf(w, mia)
  await open(page, PLAYER)
  await choose(page, 'Transfer')
  await page.getByLabel('Noah').check()
  await page.getByLabel('Internal note').fill('They ask for a refund')
  await page.getByRole('button', { name: 'Transfer', exact: true }).click()
  await assigneeIn(page, 'Noah').waitFor()
  await page.getByText('Mia transferred it from Mia to Noah').waitFor()
  await page.getByText('They ask for a refund').waitFor()
  expect(await holder()).toBe(noah.id)
  expect(errors).toEqual([])
})

test('transfer to live agent: Transfer teams', async () => {
  const { page, errors } = await desk.windowOf(w, mia)
  await open(page, PLAYER)
  await choose(page, 'Transfer teams')
  await page.getByLabel(BILLING).check()
  await page.getByRole('button', { name: 'Transfer', exact: true }).click()
  await assigneeIn(page, 'Noah').waitFor()
  await page.getByText(`Mia transferred it to ${BILLING}: Noah has it`).waitFor()
  await page.getByText('Why Noah').click()
  await page.getByText('picked').waitFor()
  expect(await holder()).toBe(noah.id)
  expect(errors).toEqual([])
})

test('takeover from live agent: Takeover & Send', async () => {
  const { page, errors } = await desk.windowOf(w, w.admin)
  await open(page, PLAYER)
  await page.getByLabel('Your next reply to the player').fill('I take care of this, Pat')
  await page.getByRole('button', { name: 'Takeover & Send' }).click()
  await assigneeIn(page, w.admin.name).waitFor()
  await page.getByText('I take care of this, Pat').waitFor()
  expect(await holder()).toBe(w.admin.id)
  expect((await chat.messages()).map(({ text }: { text: string }) => text)).toEqual([
    'I take care of this, Pat',
  ])
  expect(errors).toEqual([])
})

test('transfer chat back to AI agent: Close', async () => {
  const { page, errors } = await desk.windowOf(w, mia)
  await open(page, PLAYER)
  await choose(page, 'Close')
  await page.getByLabel('Internal note').fill('Solved')
  await page.getByRole('button', { name: 'Close', exact: true }).click()
  await expect.poll(holder).toBe((await chat.now()).originAiAgentId)
  await page.getByText('closed it').waitFor()
  expect(await chat.now()).toMatchObject({ status: 'closed', closingNote: 'Solved' })
  expect(errors).toEqual([])
})
