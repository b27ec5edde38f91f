import { dirname, extname, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { bundleWorkflowCode, DefaultLogger } from '@temporalio/worker'

type Options = {
  /** The module that exports the workflows. */
  workflowsPath: string
  /** Whether errors in workflows, and the query `__stack_trace`, tell where: it costs speed. */
  stacks: boolean
}

const here = fileURLToPath(import.meta.url)
const withoutStacks = join(dirname(here), '..', 'workflows', `without-stacks${extname(here)}`)

/** Where the build puts the bundle, by whether it has stack traces. */
export const bundlePath = (stacks: boolean) =>
  join(dirname(here), '..', stacks ? 'workflow-bundle-with-stacks.js' : 'workflow-bundle.js')

/** The code of these workflows as a worker runs it. */
export async function bundleWorkflows({ workflowsPath, stacks }: Options): Promise<string> {
  const { code } = await bundleWorkflowCode({
    workflowsPath,
    preloadModules: stacks ? [] : [withoutStacks],
    logger: new DefaultLogger('WARN'),
    // The worker refuses a bundle without a source map: this one has files and lines only, 1/13 of the size.
    webpackConfigHook: (config) => ({ ...config, devtool: 'inline-nosources-cheap-source-map' }),
  })
  return code
}
