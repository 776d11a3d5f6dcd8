import { describe, expect, test } from 'vitest'
import { loadTokenSecrets } from '../../auth/token-secret.ts'
import { LinkSeal } from './link-seal.ts'

const OLD = 'the secret that was current until yesterday'
const NEW = 'the secret that is current from today on'

async function sealOf(jwtSecret: string, jwtSecretPrevious?: string): Promise<LinkSeal> {
  return new LinkSeal(await loadTokenSecrets({ dataDir: '/nowhere', jwtSecret, jwtSecretPrevious }))
}

describe('Sealed links', () => {
  test.each(['[1]', '["Côté","1200.00",null]', JSON.stringify(['éà'.repeat(5_000)])])(
    'what is sealed opens as it was',
    async (content) => {
      const seal = await sealOf(NEW)
      expect(seal.open(seal.seal(content, 'skip/1/7/abc'), 'skip/1/7/abc')).toBe(content)
    },
  )

  test('another process with the same secret opens it, one with another secret does not', async () => {
    const sealed = (await sealOf(NEW)).seal('[1]', 'a')
    expect((await sealOf(NEW)).open(sealed, 'a')).toBe('[1]')
    const other = await sealOf(OLD)
    expect(other.open(sealed, 'a')).toBeUndefined()
    // It is not taken for one that was altered.
    expect([other.isOfFormerKey(sealed), (await sealOf(NEW)).isOfFormerKey(sealed)]).toEqual([
      true,
      false,
    ])
    expect(other.isOfFormerKey('abc')).toBe(false)
  })

  test('links outlive a rotation as long as the previous secret is accepted', async () => {
    const sealed = (await sealOf(OLD)).seal('[1]', 'a')
    const rotated = await sealOf(NEW, OLD)
    expect(rotated.open(sealed, 'a')).toBe('[1]')
    expect((await sealOf(NEW)).open(rotated.seal('[2]', 'a'), 'a')).toBe('[2]')
  })

  test('another context does not open it, not even one that shares its beginning with the content', async () => {
    const seal = await sealOf(NEW)
    const sealed = seal.seal('[1]', 'ab')
    for (const context of ['a', 'abc', 'ab[1]', ''])
      expect(seal.open(sealed, context)).toBeUndefined()
  })

  test('what is no seal is no seal', async () => {
    const seal = await sealOf(NEW)
    for (const text of [
      '',
      'x',
      'A'.repeat(38),
      'A'.repeat(4_000),
      '%',
      seal.seal('[1]', 'a').slice(4),
    ])
      expect(seal.open(text, 'a')).toBeUndefined()
  })
})
