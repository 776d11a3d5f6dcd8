/** CSV for people who open it in a spreadsheet (RFC 4180, UTF-8 with its mark). */

import type { Language } from '../speech.ts'

/** A spreadsheet knows UTF-8 by it. */
export const BYTE_ORDER_MARK = '\uFEFF'

/** What a spreadsheet of the language takes as separator: where a comma begins decimals, it separates nothing. */
const SEPARATORS: Readonly<Record<Language, string>> = { fr: ';', en: ',' }

/** A text that a spreadsheet would take for a formula (OWASP: CSV injection). */
const FORMULA = /^[=+\-@\t\r]/

export function csvLine(cells: readonly string[], language: Language): string {
  return `${cells.map((cell) => quoted(cell, SEPARATORS[language])).join(SEPARATORS[language])}\r\n`
}

/** The same text, which is shown and never computed. */
export function harmless(text: string): string {
  return FORMULA.test(text) ? `'${text}` : text
}

function quoted(cell: string, separator: string): string {
  return /["\r\n]/.test(cell) || cell.includes(separator) ? `"${cell.replaceAll('"', '""')}"` : cell
}
