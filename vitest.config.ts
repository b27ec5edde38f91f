import { defineConfig } from 'vitest/config'

export default defineConfig({
  test: {
    include: ['test/**/*.test.ts'],
    globalSetup: ['test/harness/global-setup.ts'],
    pool: 'forks',
    // Each file has its own database and task queue; loading the code anew for each took most of the time.
    isolate: false,
    maxWorkers: 4,
    testTimeout: 20_000,
    hookTimeout: 30_000,
  },
})
