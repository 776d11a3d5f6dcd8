import { configDefaults, defineConfig } from 'vitest/config'

/** Runs programs of other languages, against no database. */
const RECEIVERS = 'test/docs/receivers.test.ts'

export default defineConfig({
  test: {
    testTimeout: 30_000,
    hookTimeout: 60_000,
    pool: 'forks',
    maxWorkers: 2,
    projects: [
      // Pure code beside its source: needs no database, so none is started for it alone.
      { extends: true, test: { name: 'unit', include: ['src/**/*.test.ts', RECEIVERS] } },
      {
        extends: true,
        test: {
          name: 'database',
          include: ['test/**/*.test.ts'],
          exclude: [...configDefaults.exclude, RECEIVERS],
          globalSetup: ['test/support/global-setup.ts'],
        },
      },
    ],
  },
})
