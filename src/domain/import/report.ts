/** The report of an import as it is told: by the API, and to whoever runs the command. */

import { HapiError } from '../../errors/hapi-error.ts'
import type { ImportRefusal } from './refusal.ts'
import type { ImportReport } from './run-import.ts'

type Language = 'fr' | 'en'

interface ToldRefusal {
  readonly File: string
  readonly Line: number
  readonly Entity: string | null
  readonly Column: string | null
  readonly Field: string | null
  readonly Rule: string | null
  readonly Code: string
  readonly Value: string | null
  readonly Message: string
  readonly IsRowEntered: boolean
}

interface ToldReport {
  readonly ImportId: string
  readonly Rows: number
  readonly Created: number
  readonly Updated: number
  readonly Unchanged: number
  readonly Refused: number
  readonly Incomplete: number
  readonly Faults: number
  readonly IsKept: boolean
  readonly ResumedAfter: number
}

/** Why nothing was kept: the source has faults, or rows of it are refused. */
export function refusalOfAll({ faults, refused, incomplete, rows }: ImportReport): HapiError {
  return faults > 0
    ? new HapiError('IMPORT_SOURCE_REFUSED', { faults })
    : new HapiError('IMPORT_REFUSED', { refused: refused + incomplete, rows })
}

/** Without the refusals. */
export function toldReport(report: ImportReport): ToldReport {
  return {
    ImportId: report.id,
    Rows: report.rows,
    Created: report.created,
    Updated: report.updated,
    Unchanged: report.unchanged,
    Refused: report.refused,
    Incomplete: report.incomplete,
    Faults: report.faults,
    IsKept: report.isKept,
    ResumedAfter: report.resumedAfter,
  }
}

export function toldRefusal(refusal: ImportRefusal, language: Language): ToldRefusal {
  const { file, line, entity, column, field, rule, code, value, message } = refusal
  return {
    File: file,
    Line: line,
    Entity: entity,
    Column: column,
    Field: field,
    Rule: rule,
    Code: code,
    Value: value,
    Message: message[language],
    IsRowEntered: refusal.isRowEntered,
  }
}
