/** What `POST /api/Import` is asked: the options of its address, and of what form the body is. */

import type { FastifyRequest } from 'fastify'
import type { DateOrder } from '../../domain/import/files/cell-dates.ts'
import type { ImportOptions } from '../../domain/import/run-import.ts'
import { HapiError } from '../../errors/hapi-error.ts'
import { isEncoded } from '../encoded-body.ts'

export interface ImportRequest {
  readonly options: ImportOptions
  readonly dateOrder: DateOrder | undefined
  /** Of the file that the body is. */
  readonly name: string
}

const choices = {
  mode: ['all-or-nothing', 'best-effort'],
  existing: ['update', 'refuse'],
  dates: ['day-month-year', 'month-day-year'],
  dryRun: ['true', 'false'],
} as const

type Choice = keyof typeof choices

/** @throws {HapiError} OPTION_NOT_APPLICABLE, INVALID_OPTION_VALUE, IMPORT_MEDIA_TYPE, UNSUPPORTED_MEDIA_TYPE */
export function readImportRequest(request: FastifyRequest): ImportRequest {
  const asked = new URLSearchParams(request.raw.url?.split('?')[1] ?? '')
  for (const option of asked.keys())
    if (option !== 'file' && !(option in choices))
      throw new HapiError(
        'OPTION_NOT_APPLICABLE',
        { option: option.slice(0, SHOWN_MAX) },
        { target: option.slice(0, SHOWN_MAX) },
      )
  const extension = extensionOf(request)
  const file = only(asked, 'file')
  if (file !== undefined && (file.length > NAME_MAX || /\p{Cc}/u.test(file)))
    throw invalid('file', file.replaceAll(/\p{Cc}/gu, ' '))
  const name = file === undefined || /\.\w+$/.test(file) ? file : `${file}.${extension}`
  return {
    options: {
      isBestEffort: choiceOf(asked, 'mode') === 'best-effort',
      mode: choiceOf(asked, 'existing') === 'refuse' ? 'create' : 'upsert',
      isDryRun: choiceOf(asked, 'dryRun') === 'true',
    },
    dateOrder: choiceOf(asked, 'dates'),
    name: name ?? `Import.${extension}`,
  }
}

/** Longer than the name of any set. */
const NAME_MAX = 200

/** As far as an error repeats what a client wrote. */
const SHOWN_MAX = 60

function choiceOf<C extends Choice>(
  asked: URLSearchParams,
  option: C,
): (typeof choices)[C][number] | undefined {
  const value = only(asked, option)
  if (value === undefined) return undefined
  const known = choices[option].find((choice) => choice === value)
  if (known === undefined) throw invalid(option, value)
  return known
}

function only(asked: URLSearchParams, option: string): string | undefined {
  const [value, another] = asked.getAll(option)
  if (another !== undefined) throw invalid(option, another)
  return value
}

function invalid(option: string, value: string): HapiError {
  return new HapiError(
    'INVALID_OPTION_VALUE',
    { option, value: value.slice(0, SHOWN_MAX) },
    { target: option },
  )
}

const EXTENSIONS: Readonly<Record<string, string>> = {
  'application/zip': 'zip',
  'application/x-zip-compressed': 'zip',
  'text/csv': 'csv',
  'application/x-ndjson': 'ndjson',
  'application/jsonl': 'ndjson',
}

const NO_TYPE = { fr: 'aucun', en: 'none' }

/** By the type that the body is said to have; its encoding is found in its bytes, whatever is said of it. */
function extensionOf({ headers }: FastifyRequest): string {
  const type = headers['content-type'] ?? ''
  const extension = EXTENSIONS[type.split(';')[0]?.trim().toLowerCase() ?? '']
  if (extension === undefined)
    throw new HapiError('IMPORT_MEDIA_TYPE', {
      type: type === '' ? NO_TYPE : type.slice(0, SHOWN_MAX),
    })
  if (isEncoded(headers['content-encoding'])) {
    const coded = `${type}; Content-Encoding: ${headers['content-encoding']}`
    // RFC 9110 §15.5.16: so the client knows that it is the coding.
    const told = { headers: { 'accept-encoding': 'identity' } }
    throw new HapiError('IMPORT_MEDIA_TYPE', { type: coded.slice(0, 2 * SHOWN_MAX) }, told)
  }
  return extension
}
