/** References to entities as bodies and `$id` say them (JSON Format 4.01 §14, §4.5.8; Protocol 4.01 §11.4.6). */

import type { InputObject, InputValue } from '../../domain/command/input.ts'
import type { Row } from '../../domain/command/row.ts'
import type { WriteContext } from '../../domain/command/write-context.ts'
import { HapiError } from '../../errors/hapi-error.ts'
import type { EntityType } from '../../model/entity-type.ts'
import type { Model } from '../../model/model.ts'
import type { ParseLimits } from '../../odata/parse/limits.ts'
import { parseRequest } from '../../odata/parse/request-parser.ts'
import { locateRow } from './locate-entity.ts'
import { findWriteTarget } from './write-target.ts'

/** What reading a reference needs to know. */
export interface ReferenceReading {
  readonly model: Model
  readonly parseLimits: ParseLimits
  readonly context: WriteContext
}

/**
 * The row of the type that a reference names: `Tenants(9101)`, absolute or from the root of the service, by its Id or
 * its legacy key. Where the host that clients reach differs from the one that is asked, the path alone counts.
 *
 * @param field names it in errors
 * @throws {HapiError} INVALID_FORMAT for what names no entity of the type's set, REFERENCE_NOT_FOUND
 */
export async function findReferred(
  reference: InputValue | undefined,
  type: EntityType,
  field: string,
  { model, parseLimits, context }: ReferenceReading,
): Promise<Row> {
  const invalid = (): HapiError => new HapiError('INVALID_FORMAT', { field }, { target: field })
  if (typeof reference !== 'string') throw invalid()
  const [path = '', query = ''] = belowRoot(reference).split('?')
  const target = findTarget(path, query)
  if (target?.kind !== 'entity' || target.entity.via !== undefined || target.type !== type)
    throw invalid()
  try {
    return await locateRow(target.entity, context)
  } catch (error) {
    if (!(error instanceof HapiError) || error.code !== 'RECORD_NOT_FOUND') throw error
    const { key = '' } = error.values
    throw new HapiError('REFERENCE_NOT_FOUND', { entity: type.name, key }, { target: field })
  }

  function findTarget(
    text: string,
    options: string,
  ): ReturnType<typeof findWriteTarget> | undefined {
    try {
      return findWriteTarget(model, parseRequest(text, options, parseLimits), 'PUT')
    } catch (error) {
      if (error instanceof HapiError) return undefined
      throw error
    }
  }
}

/** `https://host/proxy/api/Tenants(9101)` → `/Tenants(9101)`. */
function belowRoot(reference: string): string {
  const path = reference.replace(/^[a-z][a-z\d+.-]*:\/\/[^/?]*/i, '')
  const root = /^(?:\/[\w.~-]+)*?\/api(?=\/)/i.exec(path)?.[0] ?? ''
  const below = path.slice(root.length)
  return below.startsWith('/') ? below : `/${below}`
}

/** The reference that an object is (`{"@id": …}`); undefined when it is none. */
export function referenceOf(value: InputValue | undefined): InputValue | undefined {
  return value instanceof Map ? (value.get('@id') ?? value.get('@odata.id')) : undefined
}

/** The references of a body that replaces all of a collection: `{"value": [{"@id": …}, …]}`. */
export function referencesOf(body: InputObject): readonly (InputValue | undefined)[] {
  const value = body.get('value')
  if (!Array.isArray(value))
    throw new HapiError('REQUIRED_FIELD', { field: 'value' }, { target: 'value' })
  return value.map(referenceOf)
}
