/**
 * Control information of rows (JSON Format 4.01 §4.6): what each amount of it adds to the object of a plan. All links
 * are relative to the context URL (§4.3) and made of the row's key.
 */

import type { EntityType, NavigationProperty, Operation } from '../../model/entity-type.ts'
import type { Model } from '../../model/model.ts'
import type { RowProperty, RowType } from '../bind/row-type.ts'
import type { AdvertisedOperation, ObjectMember } from './query-plan.ts'

/** How much of it there is; for all of it the planner must know what the caller may see and do. */
export type ControlPlan =
  | { readonly amount: 'none' }
  | { readonly amount: 'minimal' }
  | { readonly amount: 'full'; readonly offer: Offer }

/** What is offered to the caller: links lead nowhere else. */
interface Offer {
  readonly model: Model
  readonly isReadable: (type: EntityType) => boolean
  readonly isUpdatable: (type: EntityType) => boolean
}

const NAMESPACE = 'Primmo.HApi'

const NOTHING = { before: [], after: [] } as const

/** What stands before every property: type, identity and address of the object. The tag is told by who knows its column. */
export function headMembers(
  row: RowType,
  control: ControlPlan,
  isKeyShown: boolean,
  column: (property: RowProperty) => number,
): { readonly before: readonly ObjectMember[]; readonly after: readonly ObjectMember[] } {
  const { key, entityType } = row
  const typeName: ObjectMember = { kind: 'typeName', typeName: `${NAMESPACE}.${row.name}` }
  if (control.amount === 'none') return NOTHING
  if (entityType === undefined || key === undefined)
    return control.amount === 'full' ? { before: [typeName], after: [] } : NOTHING
  // Without its key an object could not be told from another one (§4.6.9).
  if (control.amount === 'minimal' && isKeyShown) return NOTHING
  const link = linkTo(entityType, column(key))
  if (control.amount === 'minimal') return { before: [link('id', '')], after: [] }
  const isUpdatable = control.offer.isUpdatable(entityType)
  return {
    before: [typeName, link('id', '')],
    after: [
      link(isUpdatable ? 'editLink' : 'readLink', ''),
      ...(entityType.hasStream === true ? mediaMembers(row, link, isUpdatable, column) : []),
    ],
  }
}

/** A reference of an entity is its identity alone (§14). */
export function referenceMembers(
  { name, key, entityType }: RowType,
  column: (property: RowProperty) => number,
): readonly ObjectMember[] {
  if (entityType === undefined || key === undefined)
    throw new Error(`${name} is no entity to refer to`)
  return [linkTo(entityType, column(key))('id', '')]
}

type LinkMaker = (annotation: string, path: string, of?: string) => ObjectMember

function linkTo({ set }: EntityType, keyColumn: number): LinkMaker {
  return (annotation, path, of) => ({ kind: 'link', of, annotation, set, keyColumn, path })
}

/** Of a media entity (§10): where its stream is, and of which type when the entity says so. */
function mediaMembers(
  row: RowType,
  link: LinkMaker,
  isUpdatable: boolean,
  column: (property: RowProperty) => number,
): readonly ObjectMember[] {
  const mediaType = row.findProperty('ContentType')
  return [
    link('mediaReadLink', '/$value'),
    ...(isUpdatable ? [link('mediaEditLink', '/$value')] : []),
    ...(mediaType === undefined
      ? []
      : [
          {
            kind: 'annotation',
            annotation: 'mediaContentType',
            column: column(mediaType),
          } as const,
        ]),
  ]
}

/** Where the related entities are, and the references to them; of what the caller may read. */
export function navigationMembers(
  row: RowType,
  navigation: NavigationProperty,
  control: ControlPlan,
  column: (property: RowProperty) => number,
): readonly ObjectMember[] {
  const { key, entityType } = row
  if (control.amount !== 'full' || entityType === undefined || key === undefined) return []
  if (!control.offer.isReadable(control.offer.model.getType(navigation.target))) return []
  const link = linkTo(entityType, column(key))
  const { name } = navigation
  return [link('navigationLink', `/${name}`, name), link('associationLink', `/${name}/$ref`, name)]
}

/** Functions and actions bound to the entity (§16, §17): an action changes it, so it needs that right. */
export function operationMembers(
  row: RowType,
  control: ControlPlan,
  column: (property: RowProperty) => number,
): readonly ObjectMember[] {
  const { key, entityType } = row
  if (control.amount !== 'full' || entityType === undefined || key === undefined) return []
  return boundOperations(entityType, 'entity', control.offer).map(({ name }) => ({
    kind: 'operation',
    name,
    qualifiedName: `${NAMESPACE}.${name}`,
    set: entityType.set,
    keyColumn: column(key),
  }))
}

/** Operations bound to the whole set, which stand beside its rows. */
export function collectionOperations(
  row: RowType,
  control: ControlPlan,
): readonly AdvertisedOperation[] {
  const { entityType } = row
  if (control.amount !== 'full' || entityType === undefined) return []
  return boundOperations(entityType, 'collection', control.offer).map(({ name }) => ({
    name,
    qualifiedName: `${NAMESPACE}.${name}`,
    target: `${entityType.set}/${name}`,
  }))
}

function boundOperations(
  type: EntityType,
  bindsTo: Operation['bindsTo'],
  { model, isUpdatable }: Offer,
): readonly Operation[] {
  return model.operations.filter(
    (operation) =>
      operation.set === type.set &&
      operation.bindsTo === bindsTo &&
      (operation.kind === 'function' || isUpdatable(type)),
  )
}

/** Types that JSON shows by itself (§4.6.3); a double may be `INF`, which looks like text. */
const SHOWN_BY_JSON: ReadonlySet<string> = new Set(['Edm.Boolean', 'Edm.String', 'null'])

/** `Edm.Decimal`, `Collection(Edm.String)`; undefined where the metadata or the value itself tell. */
export function typeNameOf(
  { type, collection, dynamic }: RowProperty,
  { amount }: ControlPlan,
): string | undefined {
  if (amount === 'none' || (amount === 'minimal' && dynamic === undefined)) return undefined
  if (collection === undefined) return SHOWN_BY_JSON.has(type) ? undefined : type
  return typeof collection === 'string'
    ? `Collection(${collection})`
    : `Collection(${NAMESPACE}.${collection.name})`
}
