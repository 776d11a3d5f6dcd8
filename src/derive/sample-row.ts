import type { EntityType, Property } from '../model/entity-type.ts'
import { answeredProperties } from './openapi-schemas.ts'

/** The sample of the type as an answer writes it, decimals at their declared scale. */
export function writeSampleRow(type: EntityType): string {
  const members = answeredProperties(type).map(
    (property) => `  ${JSON.stringify(property.name)}: ${writeValue(type, property)}`,
  )
  return `{\n${members.join(',\n')}\n}`
}

function writeValue(type: EntityType, property: Property): string {
  const value = type.sample[property.name] ?? null
  return typeof value === 'number' && property.scale !== undefined
    ? value.toFixed(property.scale)
    : JSON.stringify(value)
}
