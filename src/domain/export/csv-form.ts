/**
 * Rows as a spreadsheet opens them: labels as headers, the separator and the decimal comma of the language.
 *
 * Null is an empty cell, an empty text is `""`; an import tells them apart as long as not every header is in quotes.
 */

import type { Property } from '../../model/entity-type.ts'
import { headerOf } from '../import/files/columns.ts'
import { guardFormula } from '../import/files/formula-cells.ts'
import { type ExportForm, instantText } from './export-form.ts'

/** By which spreadsheets know that the file is UTF-8. */
const BYTE_ORDER_MARK = '\ufeff'
/** RFC 4180. */
const LINE_END = '\r\n'

export function csvForm(language: 'fr' | 'en'): ExportForm {
  // A spreadsheet that writes 1234,50 separates cells by semicolons.
  const separator = language === 'fr' ? ';' : ','
  return {
    extension: 'csv',
    head: (type, columns) => {
      const headers = columns.map((property) => quoted(headerOf(type, property, language)))
      return `${BYTE_ORDER_MARK}${headers.join(separator)}${LINE_END}`
    },
    lineOf: (columns) => {
      const writers = columns.map((property) => cellWriter(property, language))
      return (values) => {
        const cells = writers.map((write, index) => {
          const value = values[index] ?? null
          return value === null ? '' : write(value)
        })
        return `${cells.join(separator)}${LINE_END}`
      }
    },
  }
}

function cellWriter({ type }: Property, language: 'fr' | 'en'): (value: string) => string {
  switch (type) {
    case 'Edm.String':
      return (value) => quoted(guardFormula(value))
    case 'Edm.Decimal':
      return language === 'fr' ? (value) => value.replace('.', ',') : asIs
    case 'Edm.DateTimeOffset':
      return instantText
    case 'Edm.Boolean':
    case 'Edm.Date':
    case 'Edm.Int32':
    case 'Edm.Int64':
      return asIs
  }
}

function asIs(value: string): string {
  return value
}

/** What stands in quotes: either separator, quotes, ends of lines, blanks at an end, nothing. */
const TO_QUOTE = /[;,\t"\r\n]|^\s|\s$|^$/

function quoted(text: string): string {
  return TO_QUOTE.test(text) ? `"${text.replaceAll('"', '""')}"` : text
}
