import { describe, expect, test } from 'vitest'
import { byteRange } from './byte-range.ts'

describe('RFC 9110 §14.2 Range', () => {
  test.each([
    ['bytes=0-499', { from: 0, to: 500 }],
    ['bytes=500-', { from: 500, to: 1000 }],
    ['bytes=-500', { from: 500, to: 1000 }],
    ['bytes=-5000', { from: 0, to: 1000 }],
    ['bytes=999-5000', { from: 999, to: 1000 }],
    ['Bytes = 0 - 0', { from: 0, to: 1 }],
    ['bytes=1000-', 'unsatisfiable'],
    ['bytes=-0', 'unsatisfiable'],
    // What is no range, or several at once, is answered whole.
    ['bytes=5-4', undefined],
    ['bytes=-', undefined],
    ['bytes=0-1,5-6', undefined],
    ['rows=0-1', undefined],
    ['', undefined],
  ])('%s of a thousand bytes', (range, expected) => {
    expect(byteRange({ range }, '"a"', 1000)).toEqual(expected)
  })

  test('§13.1.5 If-Range: the whole when the content is another one', () => {
    expect(byteRange({ range: 'bytes=0-1', 'if-range': '"a"' }, '"a"', 9)).toEqual({
      from: 0,
      to: 2,
    })
    for (const other of ['"b"', 'W/"a"', 'Wed, 21 Oct 2026 07:28:00 GMT'])
      expect(byteRange({ range: 'bytes=0-1', 'if-range': other }, '"a"', 9)).toBeUndefined()
  })
})
