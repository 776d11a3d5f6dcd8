import { execFile } from 'node:child_process'
import { createHash } from 'node:crypto'
import { mkdtemp, readdir, rm, stat } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { openSecretBox, SealedValueError, type SecretBox } from './secret-box.ts'

let dataDir: string

beforeEach(async () => {
  dataDir = await mkdtemp(join(tmpdir(), 'hapi-secrets-'))
})
afterEach(async () => {
  await rm(dataDir, { recursive: true })
})

const OLD_KEY = 'the old key of the tests, of at least 32 bytes'
const NEW_KEY = 'the new key of the tests, of at least 32 bytes'
const CONTEXT = 'webhook-endpoint/1/5/headers'

function boxOf(secretsKey: string, secretsKeyPrevious?: string): Promise<SecretBox> {
  return openSecretBox({ dataDir: '/nowhere', secretsKey, secretsKeyPrevious })
}

function madeBox(): Promise<SecretBox> {
  return openSecretBox({ dataDir, secretsKey: undefined, secretsKeyPrevious: undefined })
}

function refusalOf(open: () => unknown): SealedValueError {
  try {
    open()
  } catch (error) {
    if (error instanceof SealedValueError) return error
    throw error
  }
  throw new Error('The sealed value opened')
}

describe('security §6: secrets at rest', () => {
  test.each([
    ['a header', 'Bearer 0123456789'],
    ['accents, other alphabets and emoji', 'clé secrète · ключ · 鍵 · 🔑\u0000\r\n'],
    ['an empty text', ''],
    ['a long text', 'x'.repeat(100_000)],
  ])('what was sealed opens again: %s', async (_, text) => {
    const box = await boxOf(NEW_KEY)
    expect(box.open(box.seal(text, CONTEXT), CONTEXT)).toBe(text)
  })

  test('a sealed value shows nothing of the text but its length, and never twice the same bytes', async () => {
    const box = await boxOf(NEW_KEY)
    const text = 'whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw'
    const [one, two] = [box.seal(text, CONTEXT), box.seal(text, CONTEXT)]
    expect(one.equals(two)).toBe(false)
    expect(one.length).toBe(1 + 4 + 12 + text.length + 16)
    expect(one.toString('latin1')).not.toContain('whsec')
  })

  test('an altered value is refused, whichever byte was changed, and cut short too', async () => {
    const box = await boxOf(NEW_KEY)
    const sealed = box.seal('hunter2', CONTEXT)
    for (let index = 0; index < sealed.length; index++) {
      const altered = Buffer.from(sealed)
      altered[index] = (altered[index] ?? 0) ^ 1
      const isKeyId = index >= 1 && index <= 4
      expect(refusalOf(() => box.open(altered, CONTEXT)).reason).toBe(
        isKeyId ? 'unknownKey' : 'altered',
      )
      const cut = sealed.subarray(0, index)
      expect(refusalOf(() => box.open(cut, CONTEXT)).reason).toBe('altered')
    }
  })

  test('a value that is moved to another row does not open there', async () => {
    const box = await boxOf(NEW_KEY)
    const sealed = box.seal('hunter2', CONTEXT)
    const refusal = refusalOf(() => box.open(sealed, 'webhook-endpoint/1/6/headers'))
    expect(refusal.reason).toBe('altered')
    expect(`${refusal.stack} ${String(refusal.cause)}`).not.toContain('hunter2')
  })

  test('a value of another key is refused by the name of that key', async () => {
    const sealed = (await boxOf(OLD_KEY)).seal('hunter2', CONTEXT)
    const box = await boxOf(NEW_KEY)
    const refusal = refusalOf(() => box.open(sealed, CONTEXT))
    expect(refusal.reason).toBe('unknownKey')
    expect(refusal.message).toContain(sealed.subarray(1, 5).toString('hex'))
    expect(refusal.message).not.toContain('hunter2')
  })

  test('during a rotation the previous key opens, new values are sealed under the current one', async () => {
    const sealed = (await boxOf(OLD_KEY)).seal('hunter2', CONTEXT)
    const box = await boxOf(NEW_KEY, OLD_KEY)
    expect([box.open(sealed, CONTEXT), box.isCurrent(sealed)]).toEqual(['hunter2', false])
    const again = box.seal(box.open(sealed, CONTEXT), CONTEXT)
    expect(box.isCurrent(again)).toBe(true)
    expect((await boxOf(NEW_KEY)).open(again, CONTEXT)).toBe('hunter2')
  })

  test('processes that are not yet switched open what the switched ones sealed', async () => {
    const waiting = await boxOf(OLD_KEY, NEW_KEY)
    const switched = await boxOf(NEW_KEY, OLD_KEY)
    expect(waiting.open(switched.seal('a', CONTEXT), CONTEXT)).toBe('a')
    expect(switched.open(waiting.seal('b', CONTEXT), CONTEXT)).toBe('b')
  })

  test('a key of fewer than 32 bytes is refused at the start, in both languages', async () => {
    await expect(boxOf('x'.repeat(31))).rejects.toThrow(
      /HAPI_SECRETS_KEY doit compter au moins 32 octets.*\nHAPI_SECRETS_KEY must be at least 32 bytes long/,
    )
    await expect(boxOf(NEW_KEY, 'short')).rejects.toThrow('HAPI_SECRETS_KEY_PREVIOUS must be')
    // 16 characters, 32 bytes.
    await boxOf('é'.repeat(16))
  })

  test('without a key, one is made once in DATA_DIR, readable by its owner alone', async () => {
    const boxes = await Promise.all(Array.from({ length: 5 }, madeBox))
    const [first] = boxes
    const sealed = first?.seal('hunter2', CONTEXT) ?? Buffer.alloc(0)
    for (const box of [...boxes, await madeBox()]) {
      expect(box.open(sealed, CONTEXT)).toBe('hunter2')
    }
    expect(await readdir(dataDir)).toEqual(['secrets-key'])
    expect((await stat(join(dataDir, 'secrets-key'))).mode & 0o777).toBe(0o600)
  })

  test('two processes that start at once share one key', async () => {
    const program = `
      import { openSecretBox } from ${JSON.stringify(new URL('./secret-box.ts', import.meta.url).href)}
      const box = await openSecretBox({ dataDir: ${JSON.stringify(dataDir)} })
      process.stdout.write(box.seal('hunter2', 'place').toString('base64'))`
    const args = ['--import', 'tsx', '--input-type=module', '--eval', program]
    const sealed = await Promise.all(
      [1, 2].map(() => promisify(execFile)(process.execPath, args, { timeout: 30_000 })),
    )
    const box = await madeBox()
    const opened = sealed.map(({ stdout }) => box.open(Buffer.from(stdout, 'base64'), 'place'))
    expect(opened).toEqual(['hunter2', 'hunter2'])
  })
})

describe('what is to be known again without being kept', () => {
  const bytes = Buffer.from('{"AccountNo":"1234567"}')

  test('has the same fingerprint in every process of the key, and another under another key', async () => {
    const [[one], [two], [other]] = [
      (await boxOf(OLD_KEY)).fingerprints(bytes),
      (await boxOf(OLD_KEY)).fingerprints(bytes),
      (await boxOf(NEW_KEY)).fingerprints(bytes),
    ]
    expect(one).toEqual(two)
    expect(one).not.toEqual(other)
    expect(one).toHaveLength(32)
    expect(one).not.toEqual((await boxOf(OLD_KEY)).fingerprints(Buffer.from('x'))[0])
  })

  test('is not its plain digest, which whoever knows the rest would find by trying', async () => {
    const [one] = (await boxOf(OLD_KEY)).fingerprints(bytes)
    expect(one).not.toEqual(createHash('sha256').update(bytes).digest())
  })

  test('is known during a rotation by either key', async () => {
    const [old] = (await boxOf(OLD_KEY)).fingerprints(bytes)
    const [current, previous] = (await boxOf(NEW_KEY, OLD_KEY)).fingerprints(bytes)
    expect(previous).toEqual(old)
    expect(current).toEqual((await boxOf(NEW_KEY)).fingerprints(bytes)[0])
  })
})
