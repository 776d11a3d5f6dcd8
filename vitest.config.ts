import { configDefaults, defineConfig } from 'vitest/config'

/** They ask no database, or start a server of their own: the same whatever TEST_DATABASE_URL is. */
const WITHOUT_SERVER = [
  'test/conformance/*.test.ts',
  'test/db/embedded-server.test.ts',
  'test/derive/{artefacts,generated-names,metadata,metadata-structure}.test.ts',
  'test/docs/receivers.test.ts',
  'test/documents/papers.test.ts',
  'test/import/files/*.test.ts',
  'test/odata/**/*.test.ts',
  'test/webhooks/chaos/*.test.ts',
  'test/webhooks/{egress,name-resolver}.test.ts',
]

/**
 * To these it makes no difference which server is behind the product: clients and pages, the form of requests and
 * answers, commands; and the long random histories, whose SQL shorter tests run on both. They run on the first alone.
 */
const ON_ONE_SERVER =
  process.env['HAPI_TEST_TARGET'] === 'server'
    ? [
        'test/{clients,conformance/levels,docs,errors,export,import,privacy,retention}/**/*.test.ts',
        'test/auth/cli.test.ts',
        'test/audit/{commands,readings,refusals}.test.ts',
        'test/command/{hostile-writes,operation-matrix}.test.ts',
        'test/contract/subscribe.test.ts',
        'test/derive/swagger-*.test.ts',
        'test/documents/content-stores.test.ts',
        'test/http/{async-requests,batch-*,capabilities,clients,documented-operations,events}.test.ts',
        'test/http/{hostile-input,limits,me,metadata,negotiation,service-capabilities}.test.ts',
        'test/leasing/{account-days,computed-fields,departures,roll-over,skipped-days}.test.ts',
        'test/webhooks/{access,listen,observation,secrets-rotation}.test.ts',
      ]
    : []

export default defineConfig({
  test: {
    testTimeout: 30_000,
    hookTimeout: 60_000,
    pool: 'forks',
    maxWorkers: 2,
    // Files of a worker share the modules of the product, which keep nothing of an app or a database: to load them anew
    // for each file is a third of the run's work.
    isolate: false,
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
