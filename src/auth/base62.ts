/** Letters and digits: a secret in base 62 is one word to a mouse, a shell and a URL. */

import { randomInt } from 'node:crypto'

const ALPHABET = '0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz'

/** The number that big-endian bytes make, padded to the width that the largest one needs. */
export function encodeBase62(bytes: Uint8Array): string {
  let number = BigInt(`0x${Buffer.from(bytes).toString('hex')}`)
  let text = ''
  while (number > 0n) {
    text = ALPHABET.charAt(Number(number % 62n)) + text
    number /= 62n
  }
  const width = Math.ceil((bytes.length * 8) / Math.log2(62))
  return text.padStart(width, '0')
}

/** Characters drawn one by one, each equally likely: 5.95 bits per character. */
export function randomBase62(length: number): string {
  return Array.from({ length }, () => ALPHABET.charAt(randomInt(ALPHABET.length))).join('')
}
