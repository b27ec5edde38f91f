import { rename, writeFile } from 'node:fs/promises'
import { fileURLToPath } from 'node:url'
import { bundlePath, bundleWorkflows } from './workflow-bundle.ts'

const workflowsPath = fileURLToPath(new URL('../workflows/index.js', import.meta.url))

for (const stacks of [false, true]) {
  const path = bundlePath(stacks)
  await writeFile(`${path}.${process.pid}`, await bundleWorkflows({ workflowsPath, stacks }))
  await rename(`${path}.${process.pid}`, path)
}
