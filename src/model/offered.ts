/**
 * Who may do what with an entity set: the matrix of the specification for integrators, and for an
 * account's administrator also the master data, so that a portfolio can be entered and kept.
 */

import type { EntityType, Label, Property } from './entity-type.ts'

export type Profile = 'integrator' | 'administrator'

export type SetOperation = 'read' | 'create' | 'update' | 'delete'

/** Whether the set offers the operation to a user of this profile. */
export function isOffered(type: EntityType, operation: SetOperation, profile: Profile): boolean {
  if (operation === 'read') return type.operations.read && (type.readBy === undefined || type.readBy === profile)
  if (!hasWriteRules(type)) return false
  if (type.operations[operation]) return true
  return profile === 'administrator' && type.masterData?.includes(operation) === true
}

/** Why others are refused what the set offers administrators alone. */
export const administratorOnly: Label = {
  fr: "Réservé à l'administrateur du compte",
  en: 'Account administrator only',
}

/** Whether a body may give the field a value at all: the others are the server's own. */
export function isWritable({ readOnly, system }: Property): boolean {
  return readOnly !== true && system !== true
}

/** Whether a field may get another value once the row exists. */
export function isUpdatable(property: Property, profile: Profile): boolean {
  if (!isWritable(property) || property.immutable === true) return false
  return property.keptBy !== 'administrator' || profile === 'administrator'
}

/**
 * required are fields without default that the server neither keeps, assigns nor copies. An
 * identifier is required unless the legacy key in its place is sent: `legacyKeyOf`.
 */
export function isRequired(property: Property): boolean {
  if (!isWritable(property) || property.autoAssigned === true || property.lookupFor !== undefined) return false
  if (property.default !== undefined) return false
  return !property.nullable || property.requiredOnCreate === true
}

/** Own fields that may be sent instead of this identifier. */
export function legacyKeyOf(type: EntityType, identifier: string): readonly string[] {
  return type.properties.filter(({ lookupFor }) => lookupFor === identifier).map(({ name }) => name)
}

/** Methods of the set's own address (`/api/Tenants`), for `Allow`. */
export function collectionMethods(type: EntityType, profile: Profile): readonly string[] {
  return ['GET', 'HEAD', ...(isOffered(type, 'create', profile) ? ['POST'] : []), 'OPTIONS']
}

/** Methods of one entity's address (`/api/Tenants(9101)`), for `Allow`. */
export function entityMethods(type: EntityType, profile: Profile): readonly string[] {
  return ['GET', 'HEAD', ...(isOffered(type, 'update', profile) ? ['PATCH', 'PUT'] : []), ...(isOffered(type, 'delete', profile) ? ['DELETE'] : []), 'OPTIONS']
}

/**
 * Sets whose rules are part of the product. A set joins in the commit that brings its rules: written
 * without them it would take what the rules refuse.
 */
const setsWithoutWriteRules: ReadonlySet<string> = new Set(['ReceivableTransactions', 'Payments', 'BillingRuns', 'Invoices'])

function hasWriteRules(type: EntityType): boolean {
  return !setsWithoutWriteRules.has(type.set)
}
