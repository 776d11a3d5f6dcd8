/** Numbers as people and spreadsheets write them: `1 234,50 $`, `1,234.50`, `(20,00)`. */

import { HapiError } from '../../../errors/hapi-error.ts'
import type { Property } from '../../../model/entity-type.ts'
import type { InputValue } from '../../command/input.ts'

/** One comma before three digits at the end: `1,234` is a thousand in English, and little more than one in French. */
const UNCLEAR = /^-?[1-9]\d{0,2},\d{3}$/

/** No number of the model has so many digits, whatever it is dressed in. */
const NUMBER_MAX = 100

/** The text itself when it is no number. Throws IMPORT_VALUE_UNCLEAR. */
export function readNumber(
  text: string,
  { type, scale = 0 }: Pick<Property, 'type' | 'scale'>,
): InputValue {
  if (text.length > NUMBER_MAX) return text
  const plain = withoutDress(text)
  const isWhole = type !== 'Edm.Decimal'
  if (UNCLEAR.test(plain) && (isWhole || scale < 3)) {
    const [french, english] = [plain.replace(',', '.'), plain.replace(',', '')]
    const reason = {
      fr: `écrivez ${english}, ou ${french} si c'est une fraction`,
      en: `write ${english}, or ${french} if it is a fraction`,
    }
    throw new HapiError('IMPORT_VALUE_UNCLEAR', { value: text.slice(0, 40), reason })
  }
  const number = withPoint(plain)
  if (number === undefined) return text.trim()
  // Spreadsheets write whole numbers of a column with decimals as 12,00.
  return { kind: 'number', text: isWhole ? number.replace(/\.0*$/, '') : number }
}

/** Blanks (also those that do not break), the dollar sign; parentheses are the minus sign of accountants. */
function withoutDress(text: string): string {
  const amount = text.trim().replace(/^([(+\-\u2212]?)\s*\$\s*|\s*\$\s*(\)?)$/, '$1$2')
  const bare = amount
    .replace(/(?<=(?:^|\D)\d{1,3}(?:\s\d{3})*)\s(?=\d{3}(?!\d))|(?<=^[(+\-\u2212])\s+/g, '')
    .replace(/^\u2212/, '-')
  return /^\([^()-]+\)$/.test(bare) ? `-${bare.slice(1, -1)}` : bare
}

/** With a point for its decimals, and nothing between its thousands. */
function withPoint(plain: string): string | undefined {
  const sign = plain.startsWith('-') ? '-' : ''
  const digits = plain.replace(/^[+-]/, '')
  if (/^\d+(?:[.,]\d+)?$/.test(digits)) return sign + digits.replace(',', '.')
  if (/^\d{1,3}(?:,\d{3})+\.\d+$/.test(digits) || /^\d{1,3}(?:,\d{3}){2,}$/.test(digits))
    return sign + digits.replaceAll(',', '')
  if (/^\d{1,3}(?:\.\d{3})+,\d+$/.test(digits) || /^\d{1,3}(?:\.\d{3}){2,}$/.test(digits))
    return sign + digits.replaceAll('.', '').replace(',', '.')
  return undefined
}
