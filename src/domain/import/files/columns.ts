/** What the headers of a file mean: properties by their names, or by their labels in French or English. */

import { HapiError } from '../../../errors/hapi-error.ts'
import { findNearest } from '../../../errors/nearest.ts'
import type { EntityType, Property } from '../../../model/entity-type.ts'
import { isRequired, isWritable, legacyKeyOf } from '../../../model/offered.ts'
import { contentColumn, saidByContent, sourceProperties } from './content-column.ts'
import { isValue, shownUnknown } from './header-values.ts'
import { plainName } from './plain-name.ts'
import type { FileFault } from './source-file.ts'

export interface Column {
  /** As the file writes it. */
  readonly header: string
  /** Undefined where the header is empty. */
  readonly property: Property | undefined
}

export interface Columns {
  readonly all: readonly Column[]
  readonly faults: readonly Omit<FileFault, 'line'>[]
}

/** A longer header is none of the model's. */
const HEADER_SHOWN_MAX = 60

/** @param isPartial rows may be there already, so that columns of new ones may be missing */
export function readColumns(
  type: EntityType,
  headers: readonly string[],
  isPartial: boolean,
): Columns {
  const faults: Omit<FileFault, 'line'>[] = []
  const taken = new Map<string, string>()
  const known = countKnown(type, headers)
  if (known < headers.filter((header) => isStranger(type, header) && isValue(header)).length)
    return { all: [], faults: [{ error: headerMissing() }] }
  const all = headers.map((written): Column => {
    const header = written.trim()
    if (header === '') return { header, property: undefined }
    const found = propertiesOf(type, header)
    const [property] = found
    const error = errorOf(type, header, found) ?? repeated(header, property, taken)
    if (error !== undefined)
      faults.push({ column: property === undefined ? shownUnknown(header) : header, error })
    else if (property !== undefined) taken.set(property.name, header)
    return { header, property: error === undefined ? property : undefined }
  })
  const isMissing = !isPartial && faults.length === 0
  return { all, faults: isMissing ? missing(type, new Set(taken.keys())) : faults }
}

/** The label in that language, or the property's name where another has the same label. */
export function headerOf(type: EntityType, property: Property, language: 'fr' | 'en'): string {
  const label = property[language]
  return property.name === 'Id' || propertiesOf(type, label).length > 1 ? property.name : label
}

/** How many of the headers mean something. */
export function countKnown(type: EntityType, headers: readonly string[]): number {
  return headers.filter((header) => !isStranger(type, header)).length
}

function isStranger(type: EntityType, header: string): boolean {
  return propertiesOf(type, header.trim()).length === 0
}

/** Of a file whose first line is one of values. */
export function headerMissing(): HapiError {
  return new HapiError('IMPORT_FORM', { reason: HEADER_MISSING })
}

const HEADER_MISSING = {
  fr: 'la première ligne semble avoir des valeurs : il manque celle des en-têtes',
  en: 'the first line seems to have values: that of the headers is missing',
}

const byType = new Map<EntityType, ReadonlyMap<string, readonly Property[]>>()

/** Two or more when the label is that of each. */
function propertiesOf(type: EntityType, header: string): readonly Property[] {
  const known = byType.get(type) ?? namesOf(type)
  byType.set(type, known)
  return known.get(header) ?? known.get(plainName(header)) ?? []
}

function namesOf(type: EntityType): ReadonlyMap<string, readonly Property[]> {
  const names = new Map<string, Property[]>()
  const properties = sourceProperties(type)
  for (const property of properties)
    for (const name of new Set([property.name, property.fr, property.en].map(plainName))) {
      const others = names.get(name) ?? []
      names.set(name, [...others, property])
    }
  // What a property is called in the API is its own, whatever labels say.
  for (const property of properties) names.set(property.name, [property])
  return names
}

function errorOf(
  type: EntityType,
  header: string,
  found: readonly Property[],
): HapiError | undefined {
  const [property] = found
  if (property === undefined) return unknown(type, header)
  if (found.length > 1) {
    const names = found.map(({ name }) => name).join(', ')
    return new HapiError('IMPORT_HEADER', {
      header,
      reason: { fr: `écrivez ${names}, selon le cas`, en: `write ${names}, whichever it is` },
    })
  }
  // The row's own name in the source.
  if (property.name === 'Id' || isWritable(property)) return undefined
  return new HapiError('FIELD_READ_ONLY', { field: property.name }, { target: property.name })
}

function unknown(type: EntityType, header: string): HapiError {
  const names = sourceProperties(type)
    .filter(isWritable)
    .flatMap(({ name, fr, en }) => [name, fr, en])
  const field = shownUnknown(header).slice(0, HEADER_SHOWN_MAX)
  const nearest = findNearest(field, names)
  const hint = nearest === undefined ? '' : ` → ${nearest}`
  return new HapiError('UNKNOWN_FIELD', { field, entity: type.name, nearest: hint })
}

function repeated(
  header: string,
  property: Property | undefined,
  taken: ReadonlyMap<string, string>,
): HapiError | undefined {
  const other = taken.get(property?.name ?? '')
  if (other === undefined) return undefined
  return new HapiError('IMPORT_HEADER', {
    header,
    reason: {
      fr: `la colonne « ${other} » est déjà celle du champ ${property?.name ?? ''}`,
      en: `column '${other}' is already that of field ${property?.name ?? ''}`,
    },
  })
}

/** R-007, told once for the file and not for each of its rows. */
function missing(type: EntityType, taken: ReadonlySet<string>): readonly Omit<FileFault, 'line'>[] {
  const isNamed = taken.has(contentColumn.name)
  return type.properties
    .filter((property) => isRequired(property) && !taken.has(property.name))
    .filter(({ name }) => !(isNamed && saidByContent.has(name)))
    .filter(({ name }) => {
      const key = legacyKeyOf(type, name)
      return key.length === 0 || !key.some((part) => taken.has(part))
    })
    .map(({ name }) => ({
      error: new HapiError('REQUIRED_FIELD', { field: name }, { target: name }),
    }))
}
