import { describe, expect, test } from 'vitest'
import { createApiKey, isSameSecret, parseApiKey } from './api-key.ts'
import { encodeBase62 } from './base62.ts'

describe('contract A4: the API key', () => {
  test('says what it is, and shows only its ends', () => {
    const key = createApiKey('live')
    expect(key.text).toMatch(/^hapi_live_[0-9A-Za-z]{8}_[0-9A-Za-z]{43}_[0-9A-Za-z]{6}$/)
    expect(key.prefix).toBe(`hapi_live_${key.id}`)
    expect(key.text.startsWith(`${key.prefix}_`)).toBe(true)
    expect(key.text.endsWith(key.lastFour)).toBe(true)
    expect(createApiKey('test').text).toMatch(/^hapi_test_/)
  })

  test('is recognised by its id and the hash of its secret', () => {
    const key = createApiKey('live')
    expect(parseApiKey(key.text)).toEqual({ id: key.id, secretHash: key.secretHash })
  })

  test('one changed character is refused by the checksum', () => {
    const { text } = createApiKey('live')
    const changed = text
      .split('')
      .map(
        (character, index) =>
          text.slice(0, index) + (character === 'x' ? 'y' : 'x') + text.slice(index + 1),
      )
    expect(changed.filter((key) => parseApiKey(key) !== undefined)).toEqual([])
  })

  test.each(['', 'hapi_live_', 'x'.repeat(100_000), 'hapi_live_é'])('%.20s is no key', (text) => {
    expect(parseApiKey(text)).toBeUndefined()
  })

  test('two keys never agree', () => {
    const [a, b] = [createApiKey('live'), createApiKey('live')]
    expect(a.id).not.toBe(b.id)
    expect(isSameSecret(a.secretHash, b.secretHash)).toBe(false)
    expect(isSameSecret(a.secretHash, a.secretHash)).toBe(true)
    expect(isSameSecret(a.secretHash, a.secretHash.subarray(1))).toBe(false)
  })
})

describe('base 62', () => {
  test('has one width for all numbers of as many bytes', () => {
    expect(encodeBase62(Buffer.alloc(32))).toBe('0'.repeat(43))
    expect(encodeBase62(Buffer.alloc(32, 255))).toHaveLength(43)
    expect(encodeBase62(Buffer.from([0, 0, 0, 61]))).toBe('00000z')
    expect(encodeBase62(Buffer.from([255, 255, 255, 255]))).toBe('4gfFC3')
  })
})
