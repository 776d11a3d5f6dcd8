import { configDefaults, defineConfig } from 'vitest/config'

/** They ask no database, or start a server of their own: the same whatever TEST_DATABASE_URL is. */
const WITHOUT_SERVER = [
  'test/conformance/*.test.ts',
  'test/db/embedded-server.test.ts',
  'test/derive/{artefacts,generated-names,metadata,metadata-structure}.test.ts',
  'test/docs/receivers.test.ts',
  'test/odata/**/*.test.ts',
  'test/webhooks/chaos/*.test.ts',
  'test/webhooks/{egress,name-resolver}.test.ts',
]

/** Clients and pages, to which it makes no difference which server is behind the product: they run on the first alone. */
const ON_ONE_SERVER =
  process.env['HAPI_TEST_TARGET'] === 'server'
    ? ['test/clients/**/*.test.ts', 'test/derive/swagger-*.test.ts']
    : []

export default defineConfig({
  test: {
    testTimeout: 30_000,
    hookTimeout: 60_000,
    pool: 'forks',
    maxWorkers: 2,
    projects: [
      // Pure code beside its source, and what needs no server of ours: none is started for it alone.
      { extends: true, test: { name: 'unit', include: ['src/**/*.test.ts', ...WITHOUT_SERVER] } },
      {
        extends: true,
        test: {
          name: 'database',
          include: ['test/**/*.test.ts'],
          exclude: [...configDefaults.exclude, ...WITHOUT_SERVER, ...ON_ONE_SERVER],
          globalSetup: ['test/support/global-setup.ts'],
        },
      },
    ],
  },
})
