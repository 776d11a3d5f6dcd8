/**
 * What a command answers, and its three forms: a table or a card for people, JSON (`--json`), or the
 * bare essential, one line each (`--quiet`).
 */

import type { BilingualText } from '../db/startup-refusal.ts'
import type { Language } from './speech.ts'

type Value = string | number | boolean | Date | null | undefined | readonly string[]

export interface Column extends BilingualText {
  /** Name of the member, which JSON shows. */
  readonly key: string
  /** With `--quiet`, only the columns that say so are shown. */
  readonly essential?: true
}

export interface Answer {
  readonly columns: readonly Column[]
  /** Many rows for a list, one for a command about one thing. */
  readonly rows: readonly object[]
  readonly isList: boolean
  /** Said to the person on stderr, beside the data. */
  readonly notice?: BilingualText
}

export type Form = 'text' | 'json' | 'quiet'

/** The answer as text, each line ended. */
export function renderAnswer(answer: Answer, form: Form, language: Language): string {
  if (form === 'json') return renderJson(answer)
  if (form === 'quiet') return renderQuiet(answer)
  return answer.isList ? renderTable(answer, language) : renderCards(answer, language)
}

function renderJson({ columns, rows, isList }: Answer): string {
  const shown = rows.map((row) =>
    Object.fromEntries(columns.map(({ key }) => [key, valueOf(row, key) ?? null])),
  )
  return `${JSON.stringify(isList ? shown : shown[0], null, 2)}\n`
}

function renderQuiet({ columns, rows }: Answer): string {
  const essential = columns.filter((column) => column.essential === true)
  return rows
    .flatMap((row) => essential.map(({ key }) => `${show(valueOf(row, key), 'en')}\n`))
    .join('')
}

function renderTable({ columns, rows }: Answer, language: Language): string {
  const lines = [
    columns.map((column) => column[language]),
    ...rows.map((row) => columns.map(({ key }) => show(valueOf(row, key), language))),
  ]
  const widths = columns.map((_, index) => Math.max(...lines.map((line) => widthOf(line[index]))))
  return lines
    .map((line) =>
      line
        .map((cell, index) => pad(cell, widths[index] ?? 0))
        .join('  ')
        .trimEnd(),
    )
    .map((line) => `${line}\n`)
    .join('')
}

function renderCards({ columns, rows }: Answer, language: Language): string {
  const width = Math.max(...columns.map((column) => widthOf(column[language])))
  const separator = language === 'fr' ? ' : ' : ': '
  return rows
    .flatMap((row) =>
      columns.map(
        (column) =>
          `${pad(column[language], width)}${separator}${show(valueOf(row, column.key), language)}\n`,
      ),
    )
    .join('')
}

function valueOf(row: object, key: string): Value {
  return Object.entries(row).find(([name]) => name === key)?.[1]
}

function show(value: Value, language: Language): string {
  if (value === null || value === undefined) return '-'
  if (typeof value === 'boolean') return value ? YES[language] : NO[language]
  if (value instanceof Date) return value.toISOString().replace(/\.\d{3}Z$/, 'Z')
  return typeof value === 'object' ? value.join(', ') : String(value)
}

const YES: BilingualText = { fr: 'oui', en: 'yes' }
const NO: BilingualText = { fr: 'non', en: 'no' }

/** In characters as people count them: « É » may be two code points. */
function widthOf(text = ''): number {
  return Array.from(text.normalize('NFC')).length
}

function pad(text: string, width: number): string {
  return text + ' '.repeat(Math.max(0, width - widthOf(text)))
}
