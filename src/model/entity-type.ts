/**
 * The vocabulary in which the entity model is declared.
 *
 * Declarations are data: `as const satisfies EntityType`, one file per module of the domain.
 * Everything else (tables, metadata, OpenAPI, validation) is derived from them by pure functions.
 */

/** Both languages of a text that people read; French first for users. */
export interface Label {
  readonly fr: string
  readonly en: string
}

export type PrimitiveType = 'Edm.Boolean' | 'Edm.Date' | 'Edm.DateTimeOffset' | 'Edm.Decimal' | 'Edm.Int32' | 'Edm.Int64' | 'Edm.String'

export interface Property extends Label {
  readonly name: string
  readonly type: PrimitiveType
  /** A list of values of the type, kept and answered in its order. */
  readonly collection?: boolean
  readonly nullable: boolean
  /** In characters; on every `Edm.String` of an entity, of one value when it has a list of them. */
  readonly maxLength?: number
  readonly precision?: number
  readonly scale?: number
  /** Name of the enumeration whose member codes are the only legal values. */
  readonly enumeration?: string
  /** Compared without surrounding blanks and letter case; stored trimmed and upper-cased. */
  readonly code?: boolean
  /** The legacy padding, applied to the output only when asked. */
  readonly padding?: { readonly side: 'left' | 'right'; readonly width: number }
  /** Part of a legacy key that may be given instead of the identifier named here. */
  readonly lookupFor?: string
  readonly default?: string | number | boolean
  readonly autoAssigned?: boolean
  readonly requiredOnCreate?: boolean
  readonly key?: boolean
  readonly readOnly?: boolean
  readonly computed?: boolean
  readonly immutable?: boolean
  /** Once the row exists only the account's administrator changes it: for integrators it is immutable. */
  readonly keptBy?: 'administrator'
  /** Accepted, never returned: it has a column but no place in any answer. */
  readonly writeOnly?: boolean
  readonly minimum?: number
  readonly maximum?: number
  /** The database holds it encrypted; always `writeOnly`. */
  readonly sealed?: boolean
  /** Personal information: it says something about a person. */
  readonly personal?: boolean
  /** What harms most when it is known: of a bank account, or the result of a screening. Personal too. */
  readonly sensitive?: boolean
  /** A text that people write freely, so that it may say something about a person. */
  readonly freeText?: boolean
  /** Kept by the server: creation and modification instants. */
  readonly system?: boolean
  readonly description: string
}

type Cardinality = 'one' | 'zeroOrOne' | 'many'

export interface NavigationProperty {
  readonly name: string
  /** Name of the target entity type. */
  readonly target: string
  readonly cardinality: Cardinality
  /** Own property whose value is compared … */
  readonly from: string
  /** … with this property of the target. */
  readonly to: string
  /** Name of the opposite navigation property; null when there is none. */
  readonly inverse: string | null
  readonly onDelete?: 'restrict'
  readonly deepInsert?: boolean
  /** A rule of its own says whose the target may be, more precisely than its company-division. */
  readonly comparedByRule?: boolean
}

/** Whether the row itself holds the identifier of the other. */
export function isOwnReference({ cardinality, from }: NavigationProperty): boolean {
  return cardinality !== 'many' && from !== 'Id'
}

interface OfferedOperations {
  readonly read: boolean
  readonly create: boolean
  readonly update: boolean
  readonly delete: boolean
}

export interface EntityType extends Label {
  readonly name: string
  /** Name of its entity set, which is its route under `/api`. */
  readonly set: string
  readonly descFr: string
  readonly descEn: string
  /** Code of the module it belongs to. */
  readonly module: string
  readonly key: readonly ['Id']
  /**
   * `view`: what it shows is kept elsewhere, by what works with it, and a view of its table's name shows an account
   * its own. Absent: a table of the domain.
   */
  readonly storage?: 'view'
  /** Only the account's administrator reads it. */
  readonly readBy?: 'administrator'
  /** The legacy key, an alternate key of the entity. */
  readonly businessKey?: readonly string[]
  readonly operations: OfferedOperations
  /** What the account's administrator may do besides: master data that integrators only read. */
  readonly masterData?: readonly ('create' | 'update' | 'delete')[]
  readonly webhook: {
    readonly subscribable: boolean
    /** camelCase member of AdditionalInformationJson → property; null unless relational. */
    readonly additionalInformation: Readonly<Record<string, string>> | null
  }
  readonly relational: boolean
  readonly hasStream?: boolean
  /** Of its stream. */
  readonly mediaTypes?: readonly string[]
  /** Unique constraints; a row in which one of the columns is null is not constrained. */
  readonly unique?: readonly (readonly string[])[]
  /** Numbers of the business rules that govern it. */
  readonly rules: readonly string[]
  readonly notes?: string
  readonly properties: readonly Property[]
  readonly navigation: readonly NavigationProperty[]
  /** One row as an answer shows it, for documentation. */
  readonly sample: Readonly<Record<string, string | number | boolean | null | readonly string[]>>
}

/** A property of a complex type may also be a collection. */
export interface ComplexProperty extends Label {
  readonly name: string
  readonly type: PrimitiveType | `Collection(${string})`
  readonly nullable: boolean
  readonly precision?: number
  readonly scale?: number
}

export interface ComplexType extends Label {
  readonly name: string
  readonly properties: readonly ComplexProperty[]
}

export interface OperationParameter extends Label {
  readonly name: string
  readonly type: PrimitiveType
  readonly collection?: boolean
  readonly minimum?: number
  readonly maximum?: number
  readonly required: boolean
  /** What an omitted parameter means, in words. */
  readonly defaultText?: string
}

export interface Operation {
  readonly name: string
  readonly kind: 'function' | 'action'
  /** The entity set it is bound to. */
  readonly set: string
  readonly bindsTo: 'collection' | 'entity'
  /** Name of a complex or entity type, possibly inside `Collection(…)`. */
  readonly returns: string
  readonly rule: string
  readonly parameters: readonly OperationParameter[]
}

export interface Module extends Label {
  readonly code: string
  readonly optional: boolean
}

interface EnumerationMember extends Label {
  readonly code: string
  readonly description?: string
}

export interface Enumeration extends Label {
  readonly maxLength: number
  readonly members: readonly EnumerationMember[]
}
