/**
 * What a row is made of, whether it comes from an entity's table, from a bound function or from a
 * collection stored inside a row. Only readable properties are here: a write-only one has no place
 * in any query.
 */

import type {
  ComplexProperty,
  ComplexType,
  EntityType,
  NavigationProperty,
  PrimitiveType,
  Property,
} from '../../model/entity-type.ts'
import type { Model } from '../../model/model.ts'
import { schemaNamespace } from '../../model/naming.ts'
import type { BoundExpression, ValueType } from './bound-tree.ts'

export interface RowProperty {
  readonly name: string
  readonly type: ValueType
  readonly nullable: boolean
  /** compared without surrounding blanks and letter case. */
  readonly code: boolean
  /** how it is padded for those who ask. */
  readonly padding: Property['padding']
  readonly enumeration: string | undefined
  /** A collection that its column gives as JSON: the row type of its members, or the primitive type of its values. */
  readonly collection: RowType | PrimitiveType | undefined
  /** What the request makes it of, where it has no column. */
  readonly expression?: BoundExpression
  /** Its column of a subselect, where the name does not tell it. */
  readonly column?: string
  /** The objects in which an answer shows it, from the outside: `['Building']` for `Building/City`. */
  readonly path?: readonly string[]
  /** A column that says whether a row has the property at all. */
  readonly present?: RowProperty
  /** The metadata do not declare it, so that answers say its type (JSON Format 4.01 §4.6.3). */
  readonly dynamic?: true
}

export interface RowType {
  readonly name: string
  readonly entityType: EntityType | undefined
  readonly properties: readonly RowProperty[]
  readonly findProperty: (name: string) => RowProperty | undefined
  readonly findNavigation: (name: string) => NavigationProperty | undefined
  readonly navigation: readonly NavigationProperty[]
  /** Property that identifies a row and breaks ties of order; none for values without identity. */
  readonly key: RowProperty | undefined
  /** Property that changes with every visible change of the row, which entity tags are made of. */
  readonly modified: RowProperty | undefined
  /** What rows were before `$apply` took properties away: those count as null (Data Aggregation 4.0 §3.6). */
  readonly reduced: RowType | undefined
}

const rowTypes = new WeakMap<EntityType | ComplexType, RowType>()

/** The row type of an entity type; made once. */
export function entityRowType(type: EntityType): RowType {
  const known = rowTypes.get(type)
  if (known !== undefined) return known
  const properties = type.properties
    .filter((property) => property.writeOnly !== true)
    .map(fromEntityProperty)
  const made = createRowType(type.name, properties, type.navigation, type)
  rowTypes.set(type, made)
  return made
}

/** The row type of a complex type; its first property (`UnitId` of AvailableUnit) is its key when it is an identifier. */
export function complexRowType(model: Model, type: ComplexType): RowType {
  const known = rowTypes.get(type)
  if (known !== undefined) return known
  const made = createRowType(
    type.name,
    type.properties.map((property) => fromComplexProperty(model, property)),
    [],
    undefined,
  )
  rowTypes.set(type, made)
  return made
}

/** Rows of a product of sets: one entity of each. */
export function crossRowType(navigation: readonly NavigationProperty[]): RowType {
  return createRowType('Edm.ComplexType', [], navigation, undefined)
}

/** The same rows with properties that the request adds to each. */
export function extendRowType(row: RowType, added: readonly RowProperty[]): RowType {
  const properties = [...row.properties, ...added]
  return createRowType(row.name, properties, row.navigation, row.entityType, row.reduced)
}

/** Rows that are made of many: no entities, and only the properties and relations that are left. */
export function reduceRowType(
  row: RowType,
  properties: readonly RowProperty[],
  navigation: readonly NavigationProperty[],
): RowType {
  return createRowType(row.name, properties, navigation, undefined, row.reduced ?? row)
}

/** `Building/City`: what a property is found by. */
export function fullName({ path, name }: RowProperty): string {
  return path === undefined ? name : [...path, name].join('/')
}

/** Whether `path` leads to an object that holds properties. */
export function hasNested(row: RowType, path: string): boolean {
  const prefix = `${path.toLowerCase()}/`
  return row.properties.some((property) => fullName(property).toLowerCase().startsWith(prefix))
}

/** Whether a qualified name (`Primmo.HApi.Building`) is that of the rows' type, in any letter case as all names in URLs. */
export function isTypeOf(row: RowType, qualifiedName: string): boolean {
  return qualifiedName.toLowerCase() === `${schemaNamespace}.${row.name}`.toLowerCase()
}

function createRowType(
  name: string,
  properties: readonly RowProperty[],
  navigation: readonly NavigationProperty[],
  entityType: EntityType | undefined,
  reduced?: RowType,
): RowType {
  const byName = new Map(properties.map((property) => [fullName(property).toLowerCase(), property]))
  const byNavigation = new Map(navigation.map((item) => [item.name.toLowerCase(), item]))
  const first = properties[0]
  return {
    name,
    entityType,
    properties,
    navigation,
    key:
      entityType === undefined
        ? reduced === undefined && first?.name.endsWith('Id') === true
          ? first
          : undefined
        : byName.get('id'),
    modified: entityType === undefined ? undefined : byName.get('modifieddate'),
    reduced,
    findProperty: (wanted) => byName.get(wanted.toLowerCase()),
    findNavigation: (wanted) => byNavigation.get(wanted.toLowerCase()),
  }
}

function fromEntityProperty(property: Property): RowProperty {
  return {
    name: property.name,
    type: property.type,
    nullable: property.nullable,
    code: property.code === true,
    padding: property.padding,
    enumeration: property.enumeration,
    collection: property.collection === true ? property.type : undefined,
  }
}

function fromComplexProperty(model: Model, property: ComplexProperty): RowProperty {
  const member = /^Collection\((.+)\)$/.exec(property.type)?.[1]
  return {
    name: property.name,
    type: member === undefined ? (property.type as PrimitiveType) : 'Edm.String',
    nullable: property.nullable,
    // The legacy codes keep their comparison wherever they show.
    code: property.type === 'Edm.String' && property.name.endsWith('Code'),
    padding: undefined,
    enumeration: undefined,
    collection: member === undefined ? undefined : memberType(model, member),
  }
}

function memberType(model: Model, name: string): RowType | PrimitiveType {
  const complex = model.findComplexType(name)
  // A name that is no complex type of the model is a primitive type: the model has nothing else.
  return complex === undefined ? (name as PrimitiveType) : complexRowType(model, complex)
}
