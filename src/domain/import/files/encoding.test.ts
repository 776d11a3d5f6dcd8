import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { EncodingScan } from './encoding.ts'
import { utf8Bytes } from './utf8-bytes.ts'

const latin1 = (text: string): Buffer => Buffer.from(text, 'latin1')
const utf16be = (text: string): Buffer => Buffer.from(text, 'utf16le').swap16()

/** The encoding, or line and reason of what is wrong; whatever the chunks are. */
function scan(bytes: Buffer, chunkSize = bytes.length): string {
  const all = new EncodingScan()
  for (let at = 0; at < bytes.length; at += chunkSize)
    all.update(bytes.subarray(at, at + chunkSize))
  const found = all.end()
  return typeof found === 'string' ? found : `${found.line}: ${found.error.messageIn('fr')}`
}

async function textOf(bytes: Buffer, chunkSize: number): Promise<string> {
  const encoding = scan(bytes)
  if (encoding !== 'utf-8' && encoding !== 'utf-16le' && encoding !== 'utf-16be')
    expect(encoding).toBe('windows-1252')
  async function* chunks(): AsyncGenerator<Buffer> {
    for (let at = 0; at < bytes.length; at += chunkSize) yield bytes.subarray(at, at + chunkSize)
  }
  const read: Buffer[] = []
  // `scan` said so above.
  for await (const chunk of utf8Bytes(chunks(), encoding as 'utf-8')) read.push(chunk)
  return Buffer.concat(read).toString()
}

describe('the encoding of a file, by all of its bytes', () => {
  test.each([
    ['utf-8', Buffer.from('Nom;Unité\n')],
    ['utf-8', Buffer.from('\ufeffNom;Unité\n')],
    ['utf-8', Buffer.alloc(0)],
    ['utf-8', Buffer.from('𝒜 € ﷐ ㆐')],
    ['utf-16le', Buffer.from('\ufeffNom;Unité\n', 'utf16le')],
    ['utf-16be', utf16be('\ufeffNom;Unité\n')],
    ['windows-1252', latin1('Nom;Unité\n')],
    ['windows-1252', Buffer.concat([latin1('Prix'), Buffer.from([0x80, 0x9c])])],
    ['windows-1252', latin1('É')],
  ])('%s', (encoding, bytes) => {
    for (const chunkSize of [1, 2, 3, 7, 1_000]) expect(scan(bytes, chunkSize)).toBe(encoding)
  })

  test.each([
    ['NUL', latin1('a\nb\0'), /^2: .*NUL/],
    ['NUL in UTF-16', Buffer.from('\ufeffa\nb\0', 'utf16le'), /^2: .*NUL/],
    ['UTF-16 without its mark', Buffer.from('Nom', 'utf16le'), /^1: .*NUL/],
    ['a mark in the middle', Buffer.from('a\r\nb\r\n\ufeffc'), /^3: .*marque d'ordre/],
    [
      'a mark in the middle of UTF-16',
      Buffer.from('\ufeffa\n\ufeff', 'utf16le'),
      /^2: .*marque d'/,
    ],
    [
      'UTF-8 that is none',
      Buffer.concat([Buffer.from('\ufeffa\n'), latin1('é')]),
      /^2: .*en UTF-8/,
    ],
    ['an odd byte of UTF-16', Buffer.from([0xff, 0xfe, 0x41, 0, 0x0a, 0, 0x41]), /^2: .*en UTF-16/],
    [
      'two encodings',
      Buffer.concat([Buffer.from('Québec\n'), latin1('Lévis\n')]),
      /1 est .* 2 n'en/,
    ],
    ['neither', Buffer.from([0x41, 0x0d, 0x81]), /^2: .*ni en UTF-8/],
    ['a line without end', Buffer.alloc(2 ** 20 + 2, 'a'), /^1: .*dépasse 1048576 octets/],
  ])('refused: %s', (_, bytes, message) => {
    for (const chunkSize of [1, 3, 1_000]) expect(scan(bytes, chunkSize)).toMatch(message)
  })

  test('a surrogate, an overlong form and what is beyond U+10FFFF are no UTF-8', () => {
    for (const bytes of [
      [0xed, 0xa0, 0x80],
      [0xc0, 0xaf],
      [0xe0, 0x80, 0xaf],
      [0xf4, 0x90, 0x80, 0x80],
    ])
      expect(scan(Buffer.from(bytes))).not.toBe('utf-8')
  })

  test('what it takes for UTF-8 is UTF-8, and nothing else', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 8 }), (array) => {
        const bytes = Buffer.from(array)
        fc.pre(!bytes.includes(0) && !/[\ufeff\u0080-\u017f\u2000-\u20cf]/.test(bytes.toString()))
        fc.pre(bytes[0] !== 0xff && bytes[0] !== 0xfe)
        const isUtf8 = !bytes.toString().includes('\ufffd') || bytes.includes('\ufffd')
        expect(scan(bytes, 1) === 'utf-8').toBe(isUtf8)
      }),
    )
  })

  test('a text comes out of each as it went in', async () => {
    const text = 'Prénom;Loyer\r\nÉmilie « Œ »;950,00 €\n'
    const written = [
      Buffer.from(text),
      Buffer.from(`\ufeff${text}`),
      Buffer.from(`\ufeff${text}`, 'utf16le'),
      utf16be(`\ufeff${text}`),
      latin1(text.replace('€', '\x80').replace('Œ', '\x8c')),
    ]
    for (const bytes of written)
      for (const chunkSize of [1, 2, 5, 1_000]) expect(await textOf(bytes, chunkSize)).toBe(text)
  })
})
