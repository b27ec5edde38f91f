import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join, resolve } from 'node:path'
import { expect, inject, onTestFinished, test } from 'vitest'
import { bundleWorkflows } from '../../bin/workflow-bundle.ts'
import { testApi } from '../harness/api.ts'
import { aWorkspace, expectStatus } from '../harness/workspace.ts'

/** What the query `__stack_trace` says of a conversation that waits for its next command. */
async function stackTraceWith(bundlePath: string): Promise<string> {
  const api = await testApi({ bundlePath })
  onTestFinished(api.close)
  const w = await aWorkspace(api)
  await w.user('Mia')
  const { id } = await w.chat()
  expectStatus(await w.channel.post(`/v1/conversations/${id}/handoff`, {}), 200)
  return api.temporal.workflow.getHandle(`conversation/${id}`).query('__stack_trace')
}

async function bundleWithStacks(): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), 'baton-stacks-'))
  onTestFinished(() => rm(folder, { recursive: true }))
  const path = join(folder, 'bundle.js')
  const workflowsPath = resolve('workflows/index.ts')
  await writeFile(path, await bundleWorkflows({ workflowsPath, stacks: true }))
  return path
}

test('a workflow takes no stack traces, unless they are asked for', async () => {
  expect(await stackTraceWith(inject('bundlePath'))).not.toContain(' at ')
  expect(await stackTraceWith(await bundleWithStacks())).toContain('at conversation (')
})
