import { rename, writeFile } from 'node:fs/promises'
import { fileURLToPath } from 'node:url'
import { bundleWorkflowCode, DefaultLogger } from '@temporalio/worker'

type Webpack = Parameters<
  NonNullable<Parameters<typeof bundleWorkflowCode>[0]['webpackConfigHook']>
>[0]

const workflows = fileURLToPath(new URL('../workflows/index.js', import.meta.url))
const bundle = fileURLToPath(new URL('../workflow-bundle.js', import.meta.url))

/** The worker refuses a bundle without a source map: this one has files and lines only, 1/13 of the size. */
function leanMap(config: Webpack): Webpack {
  return { ...config, devtool: 'inline-nosources-cheap-source-map' }
}

const { code } = await bundleWorkflowCode({
  workflowsPath: workflows,
  logger: new DefaultLogger('WARN'),
  webpackConfigHook: leanMap,
})
await writeFile(`${bundle}.${process.pid}`, code)
await rename(`${bundle}.${process.pid}`, bundle)
