/**
 * The forms of texts that have one, by the names that the model gives such fields everywhere:
 * an e-mail address is `Email` or `Email2`, a telephone number ends with `Phone`, and so on.
 */

import type { Property } from './entity-type.ts'

export interface TextFormat {
  readonly name: 'email' | 'phone' | 'postalCode' | 'period' | 'gstNo' | 'qstNo' | 'neq' | 'institutionNo' | 'transitNo' | 'accountNo'
  readonly pattern: RegExp
  /** One that the pattern takes, for documentation and error messages. */
  readonly example: string
  /** Stored form, where several spellings are accepted. */
  readonly normalise?: (text: string) => string
}

const formats: readonly (readonly [RegExp, TextFormat])[] = [
  [
    /^Email2?$/,
    {
      name: 'email',
      pattern: /^[^\s@]+@[^\s@.]+(?:\.[^\s@.]+)+$/,
      example: 'emilie.roy@example.com',
    },
  ],
  [/Phone$/, { name: 'phone', pattern: /^[\d +\-().x]{7,20}$/, example: '418-555-0101' }],
  [
    /PostalCode$/,
    {
      name: 'postalCode',
      pattern: /^[A-Za-z]\d[A-Za-z] ?\d[A-Za-z]\d$/,
      example: 'G1M 2R4',
      normalise: (text) => `${text.slice(0, 3)} ${text.slice(-3)}`.toUpperCase(),
    },
  ],
  [/^(?:Last|First)?(?:Billed)?Period$/, { name: 'period', pattern: /^\d{4}-(?:0[1-9]|1[0-2])$/, example: '2026-07' }],
  [/^GstNo$/, { name: 'gstNo', pattern: /^\d{9} RT\d{4}$/, example: '123456789 RT0001' }],
  [/^QstNo$/, { name: 'qstNo', pattern: /^\d{10} TQ\d{4}$/, example: '1234567890 TQ0001' }],
  [/^InstitutionNo$/, { name: 'institutionNo', pattern: /^\d{3}$/, example: '815' }],
  [/^TransitNo$/, { name: 'transitNo', pattern: /^\d{5}$/, example: '20001' }],
  [/^Neq$/, { name: 'neq', pattern: /^\d{10}$/, example: '1140000000' }],
]

/** R-062, of a person's bank account; accounts of the ledger have the same name and another form. */
const accountNo: TextFormat = { name: 'accountNo', pattern: /^\d{5,12}$/, example: '1234567' }

/** The form of a text property; undefined when any text will do. */
export function textFormatOf(property: Pick<Property, 'name' | 'type' | 'sealed'>): TextFormat | undefined {
  if (property.type !== 'Edm.String') return undefined
  if (property.sealed === true && property.name === 'AccountNo') return accountNo
  return formats.find(([name]) => name.test(property.name))?.[1]
}
