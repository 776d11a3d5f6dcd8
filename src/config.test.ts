import { chmodSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import {
  ConfigRefusal,
  type ConfigSources,
  isDemoWanted,
  readConfig,
  showConfig,
} from './config.ts'
import { flagOf, settings } from './settings.ts'

let directory: string

beforeEach(() => {
  directory = mkdtempSync(join(tmpdir(), 'hapi-config-'))
})
afterEach(() => {
  rmSync(directory, { recursive: true })
})

function from(given: {
  flags?: Record<string, string>
  environment?: Record<string, string>
  file?: string
}): ConfigSources {
  const file = join(directory, 'hapi.config.json')
  if (given.file !== undefined) writeFileSync(file, given.file, { mode: 0o600 })
  return { flags: given.flags ?? {}, environment: given.environment ?? {}, file }
}

function problemsOf(given: Parameters<typeof from>[0]): readonly string[] {
  try {
    readConfig(from(given))
    return []
  } catch (error) {
    if (!(error instanceof ConfigRefusal)) throw error
    return error.problems.map(({ en }) => en)
  }
}

function isWanted(environment: Record<string, string>): boolean {
  return isDemoWanted(readConfig(from({ environment })))
}

const SECRET = 'a secret of at least 32 bytes, in UTF-8'

describe('configuration', () => {
  test('without any, the product runs on its defaults', () => {
    expect(readConfig(from({}))).toEqual({
      databaseUrl: undefined,
      dataDir: './data',
      port: 8080,
      host: '127.0.0.1',
      publicUrl: undefined,
      trustProxy: false,
      jwtSecret: undefined,
      jwtSecretPrevious: undefined,
      secretsKey: undefined,
      secretsKeyPrevious: undefined,
      nodeEnv: undefined,
      language: 'fr',
      logLevel: 'info',
      logFormat: 'json',
      maxPageSize: {},
      metricsPort: undefined,
      metricsHost: '127.0.0.1',
      metricsToken: undefined,
      rateLimit: {},
      documentStore: 'postgres',
      limitAccountDocumentsMib: {},
      s3PathStyle: true,
      s3Region: 'us-east-1',
      demo: undefined,
      demoScale: 1,
      poolSize: 20,
      statementTimeoutMs: 30_000,
      webhookAllowCidr: undefined,
      webhookAllowHttp: false,
      webhookTimeoutMs: 15_000,
      webhookConnectTimeoutMs: 5_000,
      // Attempts 2 to 10: after 5 s, 5 min, 30 min, 2, 5, 10, 14, 20 and 24 h.
      webhookRetrySchedule: [5, 300, 1_800, 7_200, 18_000, 36_000, 50_400, 72_000, 86_400].map(
        (seconds) => seconds * 1_000,
      ),
      webhookRetentionDays: 30,
      limitUrlBytes: 32_768,
      limitHeaderBytes: 65_536,
      limitHeaders: 200,
      limitBodyBytes: 10_000_000,
      limitQueryBytes: 1_000_000,
      limitBatchBytes: 25_000_000,
      limitBatchParts: 1_000,
      limitBatchSeconds: 120,
      limitBodyIdleSeconds: 30,
      limitAsyncRequests: 20,
      limitAsyncBytes: 100_000_000,
      limitAsyncSeconds: 600,
      limitAsyncKeptSeconds: 3_600,
      limitDocumentBytes: 26_214_400,
      limitImportBytes: 268_435_456,
      limitFilterNodes: 1_000,
      limitFilterDepth: 60,
      limitFunctionDepth: 15,
      limitInList: 2_000,
      limitLambdas: 8,
      limitLambdaDepth: 3,
      limitExpandDepth: 6,
      limitExpandNodes: 40,
      limitOrderby: 32,
      limitSelect: 500,
      limitExpandRows: 5_000_000,
      limitScannedRows: 100_000_000,
      limitPatternLength: 256,
    })
  })

  test('flag > environment > hapi.config.json > default', () => {
    const file = '{"PORT": 1111, "HAPI_LANG": "en", "HAPI_POOL_SIZE": 3}'
    const environment = { PORT: '2222', HAPI_POOL_SIZE: '' }
    const all = from({ flags: { PORT: '3333' }, environment, file })
    expect(readConfig(all)).toMatchObject({ port: 3333, language: 'en', poolSize: 3 })
    expect(readConfig({ ...all, flags: {} }).port).toBe(2222)
    expect(readConfig({ ...all, flags: {}, environment: {} }).port).toBe(1111)
    const origins = Object.fromEntries(showConfig(all).map(({ name, origin }) => [name, origin]))
    expect(origins).toMatchObject({
      PORT: 'flag',
      HAPI_LANG: 'hapi.config.json',
      HAPI_POOL_SIZE: 'hapi.config.json',
      HOST: 'default',
    })
  })

  test('a secret is also read from the file that NAME_FILE names, and never shown', () => {
    const path = join(directory, 'secret')
    writeFileSync(path, `${SECRET}\n`)
    const given = from({
      environment: { JWT_SECRET_FILE: path, DATABASE_URL: 'postgresql://hapi:hunter2@db/hapi' },
    })
    expect(readConfig(given)).toMatchObject({
      jwtSecret: SECRET,
      databaseUrl: 'postgresql://hapi:hunter2@db/hapi',
    })
    const shown = JSON.stringify(showConfig(given))
    expect([shown.includes(SECRET), shown.includes('hunter2')]).toEqual([false, false])
    expect(showConfig(given)).toContainEqual(
      expect.objectContaining({ name: 'JWT_SECRET', value: '••••••', origin: 'file' }),
    )
  })

  test('every bad value is told, at once, with what is expected', () => {
    const environment = {
      PORT: 'http',
      HAPI_LANG: 'de',
      JWT_SECRET: 'hunter2',
      HAPI_RATE_LIMIT: '-1',
      DATABASE_URL: 'mysql://db/hapi',
      HAPI_LIMIT_BODY_BYTES: '10MB',
      TRUST_PROXY: 'everyone',
      HAPI_WEBHOOK_ALLOW_CIDR: '10.0.0.0/8,10.1.2.3/8',
      HAPI_WEBHOOK_RETRY_SCHEDULE: '5,soon',
    }
    expect(problemsOf({ environment })).toEqual([
      'DATABASE_URL (environment): expected a URL postgresql://… or postgres://….',
      "PORT 'http' (environment): expected an integer from 0 to 65535.",
      "TRUST_PROXY 'everyone' (environment): expected true, false, a number of hops, or addresses separated by commas.",
      'JWT_SECRET (environment): expected a secret of at least 32 bytes (for example: openssl rand -base64 48).',
      "HAPI_LANG 'de' (environment): expected one of: fr, en.",
      "HAPI_RATE_LIMIT '-1' (environment): expected an integer from 1 to 2147483647, or off.",
      "HAPI_WEBHOOK_ALLOW_CIDR '10.0.0.0/8,10.1.2.3/8' (environment): expected networks separated by commas, without bits after the prefix (for example: 10.0.0.0/8,fd00::/8).",
      "HAPI_WEBHOOK_RETRY_SCHEDULE '5,soon' (environment): expected at most 30 delays in seconds, of 30 days at most, separated by commas, or off.",
      "HAPI_LIMIT_BODY_BYTES '10MB' (environment): expected an integer from 1 to 2147483647.",
    ])
  })

  test('hapi.config.json: not JSON, not an object, an unknown setting, a missing secret file', () => {
    const path = join(directory, 'hapi.config.json')
    expect(problemsOf({ file: '{' })).toEqual([`${path} is not a JSON object.`])
    expect(problemsOf({ file: '[]' })).toEqual([`${path} is not a JSON object.`])
    expect(problemsOf({ file: '{"POTR": 1}' })).toEqual([`${path}: setting 'POTR' does not exist.`])
    expect(problemsOf({ file: '{}', environment: { JWT_SECRET_FILE: '/nowhere' } })).toEqual([
      "JWT_SECRET_FILE: file '/nowhere' cannot be read.",
    ])
  })

  test('security API8: a file that holds a secret and that everyone can read is refused', () => {
    const file = JSON.stringify({ JWT_SECRET: SECRET })
    expect(problemsOf({ file })).toEqual([])
    const path = join(directory, 'hapi.config.json')
    chmodSync(path, 0o644)
    expect(problemsOf({ file })).toEqual([
      `${path} holds a secret and everyone can read it: chmod 600 ${path}`,
    ])
  })

  test('security API8: an open address needs a named environment', () => {
    expect(problemsOf({ environment: { HOST: '0.0.0.0' } })).toEqual([
      "HOST '0.0.0.0' opens the server to the network: name the environment with NODE_ENV (production, development).",
    ])
    expect(problemsOf({ environment: { HOST: '0.0.0.0', NODE_ENV: 'production' } })).toEqual([])
    expect(problemsOf({ environment: { HOST: '::1' } })).toEqual([])
  })

  test('security §6: metrics, which name accounts, leave the machine with a token only', () => {
    const open = { HAPI_METRICS_PORT: '9464', HAPI_METRICS_HOST: '0.0.0.0' }
    expect(problemsOf({ environment: open })).toEqual([
      "HAPI_METRICS_HOST '0.0.0.0' opens the metrics to the network, and they name the accounts: set HAPI_METRICS_TOKEN.",
    ])
    expect(problemsOf({ environment: { ...open, HAPI_METRICS_TOKEN: SECRET } })).toEqual([])
    expect(problemsOf({ environment: { HAPI_METRICS_PORT: '9464' } })).toEqual([])
    expect(problemsOf({ environment: { HAPI_METRICS_HOST: '0.0.0.0' } })).toEqual([])
  })

  test('the demo portfolio: by itself only on the embedded server outside production', () => {
    const DATABASE_URL = 'postgresql://db/hapi'
    expect(isWanted({})).toBe(true)
    expect(isWanted({ NODE_ENV: 'development' })).toBe(true)
    expect(isWanted({ NODE_ENV: 'production' })).toBe(false)
    expect(isWanted({ DATABASE_URL })).toBe(false)
    expect(isWanted({ DATABASE_URL, NODE_ENV: 'production', HAPI_DEMO: 'true' })).toBe(true)
    expect(isWanted({ HAPI_DEMO: 'false' })).toBe(false)
  })

  test('each setting has its own name and flag, and its default is one that it accepts', () => {
    const all = Object.values(settings)
    expect(new Set(all.map(({ name }) => name)).size).toBe(all.length)
    expect(new Set(all.map(flagOf)).size).toBe(all.length)
    expect(flagOf(settings.poolSize)).toBe('--pool-size')
  })
})
