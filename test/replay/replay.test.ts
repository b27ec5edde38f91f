import { readdir, readFile } from 'node:fs/promises'
import { historyFromJSON } from '@temporalio/common/lib/proto-utils.js'
import { Worker } from '@temporalio/worker'
import { DeterminismViolationError } from '@temporalio/workflow'
import { expect, inject, test } from 'vitest'
import { offersIn, settlementsIn, shiftChangeEndIn } from '../harness/history.ts'
import { lives } from './lives.ts'
import { queueLives } from './queue-lives.ts'
import { HISTORIES } from './recording.ts'
import { shiftChangeLives } from './shift-change-lives.ts'

const onFile = Object.entries(lives).flatMap(([name, { runs }]) =>
  runs.map((settlements, index) => ({ file: `${name}.${index + 1}.json`, settlements })),
)

const queuesOnFile = Object.entries(queueLives).map(([name, { offers }]) => ({
  file: `${name}.1.json`,
  offers,
}))

const shiftChangesOnFile = Object.entries(shiftChangeLives).map(([name, { ended }]) => ({
  file: `${name}.1.json`,
  ended,
}))

async function read(file: string) {
  return historyFromJSON(JSON.parse(await readFile(new URL(file, HISTORIES), 'utf8')))
}

async function replay(history: Awaited<ReturnType<typeof read>>): Promise<void> {
  const workflowBundle = { codePath: inject('bundlePath') }
  await Worker.runReplayHistory({ workflowBundle }, history, 'conversation/replayed')
}

test.each(onFile)('$file replays, and settled what it says', async ({ file, settlements }) => {
  const history = await read(file)
  await replay(history)
  expect(settlementsIn(history)).toEqual(settlements)
})

test.each(queuesOnFile)('$file replays, and offered what it says', async ({ file, offers }) => {
  const history = await read(file)
  await replay(history)
  expect(offersIn([history])).toEqual(offers)
})

test.each(shiftChangesOnFile)('$file replays, and ended as it says', async ({ file, ended }) => {
  const history = await read(file)
  await replay(history)
  expect(shiftChangeEndIn(history)).toBe(ended)
})

test('a run that is continued carries the commands that waited', async () => {
  const history = await read('continued-with-commands-waiting.2.json')
  const input = history.events?.[0]?.workflowExecutionStartedEventAttributes?.input?.payloads ?? []
  const waiting = JSON.parse(Buffer.from(input[1]?.data ?? []).toString())
  const kinds = waiting.map(({ kind }: { kind: string }) => kind)
  expect(kinds.slice(0, 2)).toEqual(['status', 'status'])
})

test('every history on file is of a life', async () => {
  const files = [...onFile, ...queuesOnFile, ...shiftChangesOnFile].map(({ file }) => file)
  expect((await readdir(HISTORIES)).sort()).toEqual(files.sort())
})

test('a history whose last settlement was another activity does not replay', async () => {
  const history = await read('chat-from-handoff-to-handoff.1.json')
  const markers = (history.events ?? []).flatMap(
    (event) => event.markerRecordedEventAttributes ?? [],
  )
  const recorded = markers.at(-1)?.details?.data?.payloads?.[0]
  if (!recorded?.data) throw new Error('The history has no settlement to tamper with')
  const honest = Buffer.from(recorded.data).toString()
  recorded.data = Buffer.from(honest.replace('"settle"', '"another"'))
  await expect(replay(history)).rejects.toThrow(DeterminismViolationError)
})

test('a history whose first offer was not waited for does not replay', async () => {
  const history = await read('queue-drained.1.json')
  const results = (history.events ?? []).flatMap((event) => {
    return event.activityTaskCompletedEventAttributes?.result?.payloads?.[0] ?? []
  })
  const offered = results.find(({ data }) => Buffer.from(data ?? []).includes('commandId'))
  if (!offered?.data) throw new Error('The history has no offer to tamper with')
  offered.data = Buffer.from('{"waiting":false,"offer":null}')
  await expect(replay(history)).rejects.toThrow(DeterminismViolationError)
})

test('a history whose shift change ended before it was through does not replay', async () => {
  const history = await read('handover-passed-on.1.json')
  const results = (history.events ?? []).flatMap((event) => {
    return event.activityTaskCompletedEventAttributes?.result?.payloads?.[0] ?? []
  })
  const [first] = results
  if (!first?.data) throw new Error('The history has no look to tamper with')
  const honest = Buffer.from(first.data).toString()
  first.data = Buffer.from(honest.replace('"running"', '"cancelled"'))
  await expect(replay(history)).rejects.toThrow(DeterminismViolationError)
})
