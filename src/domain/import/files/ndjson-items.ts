/** Lines of JSON as records of an import: each is a body of the API, with what the source calls the row as its `Id`. */

import { HapiError } from '../../../errors/hapi-error.ts'
import { nearestHint } from '../../../errors/nearest.ts'
import { readJsonObject } from '../../../json/json-input.ts'
import type { EntityType } from '../../../model/entity-type.ts'
import type { InputObject, InputValue } from '../../command/input.ts'
import type { ImportItem } from '../import-record.ts'
import { formError } from './csv-form.ts'
import { FileBroken } from './csv-rows.ts'
import { findImportable, importableTypes } from './importable-types.ts'
import { labelText } from './label-text.ts'
import { type Line, linesOf } from './lines.ts'

export interface NdjsonFile {
  readonly name: string
  /** As the file's name says; undefined when each line says its own. */
  readonly type: EntityType | undefined
  /** From the first on, as UTF-8. */
  readonly bytes: () => AsyncIterable<Buffer>
}

export async function* ndjsonItems(file: NdjsonFile): AsyncGenerator<ImportItem> {
  try {
    for await (const line of linesOf(file.bytes())) {
      const item = itemOf(line, file)
      if (item !== undefined) yield item
    }
  } catch (error) {
    if (!(error instanceof FileBroken)) throw error
    const { name, type } = file
    yield { kind: 'fault', file: name, type, ...error.fault, isOfSource: true }
  }
}

/** Undefined for a line of blanks. */
function itemOf({ line, bytes }: Line, { name: file, type }: NdjsonFile): ImportItem | undefined {
  if (/^\s*$/.test(bytes.toString('latin1', 0, BLANKS_MAX))) return undefined
  const place = { file, line }
  let input: InputObject
  try {
    input = readJsonObject(bytes)
  } catch (error) {
    // A line that is no JSON says that the file is none.
    return { kind: 'fault', ...place, type, error: atLine(error, line), isOfSource: true }
  }
  const said = input.get('@odata.type') ?? input.get('@type')
  const found = typeOf(said, type)
  if (found instanceof HapiError)
    return {
      kind: 'fault',
      ...place,
      type,
      column: '@odata.type',
      value: labelText(said),
      error: found,
    }
  const label = labelText(input.get('Id'))
  const record = { kind: 'record', ...place, type: found, input: withoutId(input) } as const
  return label === undefined ? record : { ...record, label }
}

/** A longer line of blanks is no JSON. */
const BLANKS_MAX = 1_000

/**
 * The same error at the line of the file: what the reader was given is one line. Of what stands there no digit is told,
 * which may be that of a bank account: reports travel by mail.
 */
function atLine(error: unknown, line: number): HapiError {
  if (!(error instanceof HapiError)) throw error
  const reason = error.values['reason']
  const { fr, en } = typeof reason === 'object' ? reason : { fr: `${reason}`, en: `${reason}` }
  return formError({
    fr: withoutDigits(fr).replace(/^ligne 1,/, `ligne ${line},`),
    en: withoutDigits(en).replace(/^line 1,/, `line ${line},`),
  })
}

function withoutDigits(reason: string): string {
  return reason.replace(/«.*»|“.*”/su, (excerpt) => excerpt.replaceAll(/\d/g, '•'))
}

function typeOf(
  said: InputValue | undefined,
  ofFile: EntityType | undefined,
): EntityType | HapiError {
  if (said === undefined) return ofFile ?? new HapiError('REQUIRED_FIELD', { field: '@odata.type' })
  const name = typeof said === 'string' ? said.slice(said.search(/[^.#]*$/)) : ''
  const found = findImportable(name)
  if (found !== undefined && (ofFile === undefined || ofFile === found)) return found
  const names = importableTypes.map((type) => type.name)
  const nearest = nearestHint(name, ofFile === undefined ? names : [ofFile.name])
  return new HapiError('UNKNOWN_TYPE', { name: name.slice(0, 60), position: 1, nearest })
}

function withoutId(input: InputObject): InputObject {
  return input.has('Id') ? new Map([...input].filter(([name]) => name !== 'Id')) : input
}
