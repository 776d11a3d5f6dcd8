/** One thing that is wrong with one row of an import, as its report says it. */

import type { ErrorCode } from '../../errors/catalogue.ts'
import type { HapiError } from '../../errors/hapi-error.ts'
import { type EntityType, isOwnReference } from '../../model/entity-type.ts'
import { type InputValue, isInputNumber } from '../command/input.ts'
import { contentColumn } from './files/content-column.ts'
import type { ImportStep } from './import-record.ts'

export interface ImportRefusal {
  readonly file: string
  readonly line: number
  /** Name of the entity type; null when the row does not even say that. */
  readonly entity: string | null
  /** The header as the file writes it; null when the row as a whole is refused. */
  readonly column: string | null
  readonly field: string | null
  readonly rule: string | null
  readonly code: ErrorCode
  /** As the file writes it. */
  readonly value: string | null
  readonly message: { readonly fr: string; readonly en: string }
  /** The row is entered without it: a departure, a state; else it is not entered at all. */
  readonly isRowEntered: boolean
}

/** All that is wrong with the row, in the order of its fields. */
export function refusalsOf(item: ImportStep, error: HapiError): readonly ImportRefusal[] {
  const each = error.details.length > 0 ? error.details : [error]
  const others = item.kind === 'fault' ? (item.others ?? []) : []
  return [
    ...each.map((detail) => refusalOf(item, detail)),
    ...others.map((fault) => refusalOf({ ...item, ...fault }, fault.error)),
  ]
}

function refusalOf(item: ImportStep, error: HapiError): ImportRefusal {
  const field = saidField(item, error)
  return {
    file: item.file,
    line: item.line,
    entity: item.type?.name ?? null,
    column: columnOf(item, field),
    field: error.target === '$value' ? contentColumn.name : (error.target ?? null),
    rule: error.rule ?? ruleOfCode[error.code] ?? null,
    code: error.code,
    value: valueOf(item, field),
    message: { fr: error.messageIn('fr'), en: error.messageIn('en') },
    isRowEntered: item.kind === 'sequel',
  }
}

/** A reference that the row says by a key of several fields: the last of them tells most. */
function saidField(item: ImportStep, { code, target, values }: HapiError): string | null {
  // What requests address by itself is a column here.
  if (target === '$value') return contentColumn.name
  if (target === undefined || item.kind === 'fault') return target ?? null
  const { input, type } = item
  const references = type.navigation.filter(isOwnReference).map(({ from }) => from)
  if (code !== 'REFERENCE_NOT_FOUND' && !references.includes(target)) return target
  if (references.includes(target) && input.has(target)) return target
  const entity = values['entity']
  const sought = references.includes(target)
    ? [target]
    : type.navigation
        .filter((own) => isOwnReference(own) && own.target === entity)
        .map(({ from }) => from)
  const said = type.properties.findLast(
    ({ name, lookupFor = '' }) => sought.includes(lookupFor) && input.has(name),
  )
  return said?.name ?? target
}

function columnOf(item: ImportStep, field: string | null): string | null {
  if (item.kind === 'fault') return item.column ?? null
  if (field === null) return null
  return item.columns?.get(field) ?? (item.input.has(field) ? field : null)
}

/** A longer text is not what somebody looks for in a report. */
const VALUE_MAX = 200

function valueOf(item: ImportStep, field: string | null): string | null {
  if (item.kind === 'fault') return item.value === undefined ? null : shown(item.value)
  const value = field === null ? undefined : item.input.get(field)
  if (field === null || value === undefined || value === null) return null
  if (isSensitive(item.type, field)) return MASKED
  return shown(item.cellOf?.(field) ?? textOf(value))
}

/** Not cut in the middle of a character. */
function shown(text: string): string {
  return text.slice(0, VALUE_MAX).replace(/[\ud800-\udbff]$/, '')
}

const MASKED = '•••'

/** A bank account stays out of reports, which travel by mail. */
function isSensitive(type: EntityType, field: string): boolean {
  return type.properties.some(({ name, sensitive }) => name === field && sensitive === true)
}

function textOf(value: InputValue): string {
  if (typeof value === 'string') return value
  if (value !== null && isInputNumber(value)) return value.text
  return typeof value === 'boolean' ? String(value) : '…'
}

/** What the form of a field obeys, before any rule of its entity is asked. */
const ruleOfCode: Readonly<Partial<Record<ErrorCode, string>>> = {
  REFERENCE_NOT_FOUND: 'R-002',
  REFERENCE_MISMATCH: 'R-002',
  DIVISION_MISMATCH: 'R-002',
  DUPLICATE_KEY: 'R-003',
  SCALE_EXCEEDED: 'R-004',
  INVALID_CODE: 'R-006',
  REQUIRED_FIELD: 'R-007',
  MAX_LENGTH_EXCEEDED: 'R-007',
  INVALID_FORMAT: 'R-007',
  VALUE_OUT_OF_RANGE: 'R-007',
  DATE_ORDER: 'R-007',
  UNKNOWN_FIELD: 'R-008',
  FIELD_READ_ONLY: 'R-008',
  FIELD_IMMUTABLE: 'R-008',
  OPERATION_NOT_SUPPORTED: 'R-010',
  MODULE_NOT_LICENSED: 'R-011',
  // A content is no field, and no rule of a row refuses it.
  IMPORT_CONTENT: 'R-110',
  DOCUMENT_CONTENT_REJECTED: 'R-110',
  DOCUMENT_QUOTA_EXCEEDED: 'R-110',
}
