/**
 * What the caller may ask of an entity set (Capabilities vocabulary). A test asks the running service for each of
 * these claims.
 */

import type { EntityType, Label } from '../model/entity-type.ts'
import type { Model } from '../model/model.ts'
import { modules } from '../model/modules.ts'
import { hasTable } from '../model/naming.ts'
import {
  administratorOnly,
  isOffered,
  isRequired,
  isUpdatable,
  legacyKeyOf,
  type SetOperation,
} from '../model/offered.ts'
import { searchedProperties } from '../model/searched-text.ts'
import {
  annotation,
  collection,
  descriptions,
  enumMember,
  listed,
  propertyPath,
  record,
  tag,
  when,
} from './annotation.ts'
import type { Annotation, AnnotationRecord } from './csdl.ts'
import { namespace } from './csdl-annotations.ts'
import { personalSetAnnotations } from './csdl-personal.ts'
import { type MetadataReader, type MetadataView, mayDo } from './metadata-view.ts'

type Members = AnnotationRecord['members']

export function entitySetAnnotations(
  model: Model,
  type: EntityType,
  view: MetadataView,
): readonly Annotation[] {
  return [
    annotation(`${namespace}.Module`, type.module),
    ...personalSetAnnotations(type, view.language),
    permissions(type, view),
    ...readCapabilities(model, type, view),
    ...writeCapabilities(model, type, view),
  ]
}

/** What the service says of itself is only read. */
export const singletonAnnotations: readonly Annotation[] = [
  restrictions('ReadRestrictions', { Readable: true }),
  restrictions('UpdateRestrictions', { Updatable: false }),
]

function permissions(type: EntityType, { reader }: MetadataView): Annotation {
  const reads = mayDo(type, 'read', reader)
  const writes = (['create', 'update', 'delete'] as const).some((operation) =>
    mayDo(type, operation, reader),
  )
  const member = `${reads ? 'Read' : ''}${writes ? 'Write' : ''}`
  return annotation(
    'Core.Permissions',
    enumMember('Core.Permission', member === '' ? 'None' : member),
  )
}

function nameOf({ name }: { readonly name: string }): string {
  return name
}

function readCapabilities(
  model: Model,
  type: EntityType,
  view: MetadataView,
): readonly Annotation[] {
  const { reader, expandLevels } = view
  const hidden = type.navigation.filter(
    ({ target }) => !mayDo(model.getType(target), 'read', reader),
  )
  const unread = type.properties.filter(({ writeOnly }) => writeOnly === true).map(nameOf)
  const unsortable = type.properties.filter(({ collection: isList }) => isList === true).map(nameOf)
  const hiddenNames = hidden.map(({ name }) => name)
  return [
    restrictions(
      'ReadRestrictions',
      { Readable: mayDo(type, 'read', reader) },
      refusal(type, 'read', view),
    ),
    tag('Capabilities.TopSupported'),
    tag('Capabilities.SkipSupported'),
    tag('Capabilities.IndexableByKey'),
    restrictions('FilterRestrictions', {
      Filterable: true,
      ...listed('NonFilterableProperties', 'propertyPath', unread),
    }),
    restrictions('SortRestrictions', {
      Sortable: true,
      ...listed('NonSortableProperties', 'propertyPath', [...unsortable, ...unread]),
    }),
    restrictions('SearchRestrictions', { Searchable: searchedProperties(type).length > 0 }),
    restrictions('CountRestrictions', {
      Countable: true,
      ...listed(
        'NonCountableNavigationProperties',
        'navigationPropertyPath',
        hidden.filter(({ cardinality }) => cardinality === 'many').map(({ name }) => name),
      ),
    }),
    restrictions('ExpandRestrictions', {
      Expandable: true,
      MaxLevels: expandLevels,
      ...listed('NonExpandableProperties', 'navigationPropertyPath', hiddenNames),
    }),
    ...when(hidden.length > 0, navigationRestrictions(hiddenNames)),
    // What a view shows is not in the change log. Filters of the row's own properties are followed too.
    restrictions('ChangeTracking', {
      Supported: hasTable(type),
      ...listed(
        'ExpandableProperties',
        'navigationPropertyPath',
        hasTable(type) ? followedRelations(type, hiddenNames, view) : [],
      ),
    }),
  ]
}

/** The row says to which one entity it is related; a delta of 4.0 has no related entities in it. */
function followedRelations(
  { navigation }: EntityType,
  hidden: readonly string[],
  { version }: MetadataView,
): readonly string[] {
  if (version === '4.0') return []
  return navigation
    .filter(({ name, cardinality }) => cardinality !== 'many' && !hidden.includes(name))
    .map(({ name }) => name)
}

/** What leads to a set that the caller may not read leads nowhere. */
function navigationRestrictions(hidden: readonly string[]): Annotation {
  const items = hidden.map((name) =>
    record({
      NavigationProperty: { kind: 'navigationPropertyPath', path: name },
      Navigability: enumMember('Capabilities.NavigationType', 'None'),
    }),
  )
  return restrictions('NavigationRestrictions', { RestrictedProperties: collection(items) })
}

function writeCapabilities(
  model: Model,
  type: EntityType,
  view: MetadataView,
): readonly Annotation[] {
  const { reader } = view
  const insertable = mayDo(type, 'create', reader)
  const updatable = mayDo(type, 'update', reader)
  const deletable = mayDo(type, 'delete', reader)
  return [
    // What the entity tag is made of.
    ...when(
      updatable || deletable,
      annotation('Core.OptimisticConcurrency', collection([propertyPath('ModifiedDate')])),
    ),
    restrictions(
      'InsertRestrictions',
      {
        Insertable: insertable,
        ...listed('RequiredProperties', 'propertyPath', insertable ? requiredProperties(type) : []),
        ...listed(
          'NonInsertableNavigationProperties',
          'navigationPropertyPath',
          insertable ? closedToDeepInserts(model, type, view) : [],
        ),
      },
      refusal(type, 'create', view),
    ),
    restrictions(
      'UpdateRestrictions',
      {
        Updatable: updatable,
        ...(updatable ? { UpdateMethod: updateMethods, ...eachMember(type, reader) } : {}),
        ...listed(
          'NonUpdatableProperties',
          'propertyPath',
          updatable ? keptProperties(type, view) : [],
        ),
      },
      refusal(type, 'update', view),
    ),
    restrictions(
      'DeleteRestrictions',
      { Deletable: deletable, ...(deletable ? eachMember(type, reader) : {}) },
      refusal(type, 'delete', view),
    ),
  ]
}

/** By `/$filter(…)/$each`: of what may not be read nobody says by it what there is. */
function eachMember(type: EntityType, reader: MetadataReader): Members {
  const supported = mayDo(type, 'read', reader)
  return { FilterSegmentSupported: supported, TypecastSegmentSupported: supported }
}

const updateMethods = enumMember('Capabilities.HttpMethod', 'PATCH,PUT')

/** Sent with every creation; an identifier that a legacy key may replace is not among them. */
function requiredProperties(type: EntityType): readonly string[] {
  return type.properties
    .filter((property) => isRequired(property) && legacyKeyOf(type, property.name).length === 0)
    .map(({ name }) => name)
}

/** What leads to entities that this caller may not create. */
function closedToDeepInserts(
  model: Model,
  { navigation }: EntityType,
  { reader }: MetadataView,
): readonly string[] {
  return navigation
    .filter(({ target }) => !mayDo(model.getType(target), 'create', reader))
    .map(({ name }) => name)
}

/** What this caller does not change once the row exists; `Core.Immutable` says what nobody does. */
function keptProperties(type: EntityType, { reader }: MetadataView): readonly string[] {
  return type.properties
    .filter(
      (property) =>
        isUpdatable(property, 'administrator') && !isUpdatable(property, reader.profile),
    )
    .map(({ name }) => name)
}

/** Why the caller may not, in words; nothing when nobody may. */
function refusal(
  type: EntityType,
  operation: SetOperation,
  { reader, language }: MetadataView,
): readonly Annotation[] {
  const why = reasonOf(type, operation, reader)
  return why === undefined ? [] : descriptions(why, language)
}

function reasonOf(
  type: EntityType,
  operation: SetOperation,
  reader: MetadataReader,
): Label | undefined {
  if (!isOffered(type, operation, 'administrator')) return undefined
  const module = modules.find(({ code }) => code === type.module)
  if (module !== undefined && !reader.hasModule(module.code)) {
    return {
      fr: `Le module « ${module.fr} » n'est pas acquis`,
      en: `The module "${module.en}" has not been acquired`,
    }
  }
  if (!isOffered(type, operation, reader.profile)) return administratorOnly
  return reader.hasRight(type.set, operation) ? undefined : withheld
}

const withheld: Label = {
  fr: 'Droit retiré à cet utilisateur',
  en: 'Right withheld from this user',
}

function restrictions(term: string, members: Members, why: readonly Annotation[] = []): Annotation {
  return annotation(`Capabilities.${term}`, record(members, why))
}
