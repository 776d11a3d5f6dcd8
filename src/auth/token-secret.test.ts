import { mkdtemp, readdir, rm, stat } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { loadTokenSecrets } from './token-secret.ts'

let dataDir: string

beforeEach(async () => {
  dataDir = await mkdtemp(join(tmpdir(), 'hapi-secret-'))
})
afterEach(async () => {
  await rm(dataDir, { recursive: true })
})

const none = { jwtSecret: undefined, jwtSecretPrevious: undefined }

describe('security: the signing secret', () => {
  test('is made once in DATA_DIR, readable by its owner alone', async () => {
    const all = await Promise.all(
      Array.from({ length: 5 }, () => loadTokenSecrets({ dataDir, ...none })),
    )
    expect(new Set(all.map(({ current }) => current.kid)).size).toBe(1)
    expect(await readdir(dataDir)).toEqual(['jwt-secret'])
    const { mode, size } = await stat(join(dataDir, 'jwt-secret'))
    expect(mode & 0o777).toBe(0o600)
    expect(size).toBe(64)
  })

  test('a configured one of fewer than 32 bytes is refused, the previous one too', async () => {
    const long = 'x'.repeat(32)
    await expect(
      loadTokenSecrets({ dataDir, jwtSecret: 'x'.repeat(31), jwtSecretPrevious: undefined }),
    ).rejects.toThrow('JWT_SECRET must be at least 32 bytes long')
    await expect(
      loadTokenSecrets({ dataDir, jwtSecret: long, jwtSecretPrevious: 'short' }),
    ).rejects.toThrow('JWT_SECRET_PREVIOUS must be at least 32 bytes long')
    await loadTokenSecrets({ dataDir, jwtSecret: long, jwtSecretPrevious: undefined })
    expect(await readdir(dataDir)).toEqual([])
  })
})
