/**
 * What a body says of an entity and, inside it, of entities that are related to it: new ones, existing ones, and
 * references (JSON Format 4.01 §8.1, §8.5, §8.6).
 */

import { isControlInformation } from '../../domain/command/bound-references.ts'
import type { InputObject, InputValue } from '../../domain/command/input.ts'
import { HapiError } from '../../errors/hapi-error.ts'
import type { EntityType, NavigationProperty } from '../../model/entity-type.ts'

/** The body of one entity, taken apart. */
export interface BodyParts {
  /** Its properties, and references to single entities. */
  readonly own: ReadonlyMap<string, InputValue>
  /** Entities that it refers to and that are to be written before it. */
  readonly referred: readonly NestedEntity[]
  /** Entities that refer to it. */
  readonly members: readonly NestedMembers[]
}

interface NestedEntity {
  readonly navigation: NavigationProperty
  readonly content: InputObject
}

export interface NestedMembers {
  readonly navigation: NavigationProperty
  /** `all` of them, those that are linked by `@odata.bind` besides others, or the difference of `@delta`. */
  readonly meaning: 'all' | 'added' | 'delta'
  readonly items: readonly InputObject[]
}

const ANNOTATED = /^(\w+)@(?:odata\.)?(bind|delta)$/

/** @throws {HapiError} INVALID_FORMAT for what is no entity where one is due */
export function takeApart(type: EntityType, body: InputObject): BodyParts {
  const own = new Map<string, InputValue>()
  const referred: NestedEntity[] = []
  const members: NestedMembers[] = []
  for (const [name, value] of body) {
    const [, annotated, annotation] = ANNOTATED.exec(name) ?? []
    const navigation = type.navigation.find((known) => known.name === (annotated ?? name))
    if (navigation === undefined) own.set(name, value)
    else if (navigation.cardinality === 'many')
      members.push({
        navigation,
        meaning: annotation === undefined ? 'all' : annotation === 'bind' ? 'added' : 'delta',
        items: itemsOf(name, value, annotation === 'bind'),
      })
    else if (annotation !== undefined) own.set(name, value)
    // Nobody is related any more (JSON Format 4.01 §8.3).
    else if (value === null) own.set(`${name}@odata.bind`, null)
    else if (!isObject(value)) throw notEntity(name)
    else if (hasContent(value)) referred.push({ navigation, content: value })
    else own.set(name, value)
  }
  return { own, referred, members }
}

function itemsOf(name: string, value: InputValue, bound: boolean): readonly InputObject[] {
  if (!Array.isArray(value)) throw notEntity(name)
  return value.map((item: InputValue) => {
    const entity: InputValue = bound ? new Map([['@id', item]]) : item
    if (!isObject(entity)) throw notEntity(name)
    return entity
  })
}

export function isObject(value: InputValue | undefined): value is InputObject {
  return value instanceof Map
}

/** Whether it says more of the entity than which one it is. */
export function hasContent(entity: InputObject): boolean {
  return [...entity.keys()].some((name) => name !== 'Id' && !isControlInformation(name))
}

/** Whether entities are written inside the body, and not only referred to. */
export function isDeep({ referred, members }: BodyParts): boolean {
  return referred.length > 0 || members.some(({ meaning }) => meaning !== 'added')
}

function notEntity(field: string): HapiError {
  const target = field.slice(0, 60)
  return new HapiError('INVALID_FORMAT', { field: target }, { target })
}
