/**
 * Personal information (R-121; Act respecting the protection of personal information in the private sector): what of an
 * entity says something about a person, and whose it is. Metadata, documentation, export, anonymisation and the search
 * for who saw it all ask here.
 */

import type { EntityType, Property } from './entity-type.ts'

/**
 * `sensitive`: harms most when it is known. `personal`: says something about a person. `freeText`: people write there, so
 * it may. Each is handled with at least the care of the next.
 */
export type PersonalClass = 'sensitive' | 'personal' | 'freeText'

/** Undefined: it says nothing about a person. */
export function personalClassOf({ sensitive, personal, freeText }: Pick<Property, 'sensitive' | 'personal' | 'freeText'>): PersonalClass | undefined {
  if (sensitive === true) return 'sensitive'
  if (personal === true) return 'personal'
  return freeText === true ? 'freeText' : undefined
}

/** Entity types whose rows are persons, or may be: a supplier's contact, an owner, a tenant that is no company. */
const personTypes = ['Tenant', 'CoTenant', 'TenantContact', 'Prospect', 'Owner', 'Employee', 'Supplier'] as const

export type PersonType = (typeof personTypes)[number]

export function isPersonType(name: string): name is PersonType {
  return personTypes.some((type) => type === name)
}

/** From a row to a person that it is about. */
export interface PersonPath {
  readonly person: PersonType
  /** Names of navigation properties, one after the other; none: the row is the person's own. */
  readonly path: readonly string[]
}

/**
 * By entity type: to whom its rows lead. What a row says of a person is about the first of these that it has; with the
 * others it only has to do (a service call is about its tenant, and has to do with the employee whom it is assigned to).
 * Types that are not listed have to do with nobody.
 */
const paths: Readonly<Record<string, readonly PersonPath[]>> = {
  LedgerDivision: [to('Employee', 'ManagerEmployee')],
  Building: [to('Employee', 'ManagerEmployee'), to('Employee', 'SuperintendentEmployee')],
  Unit: [to('Tenant', 'CurrentTenant'), to('Owner', 'Owner')],
  Owner: [to('Owner')],
  BuildingOwner: [to('Owner', 'Owner')],
  Employee: [to('Employee')],
  Tenant: [to('Tenant')],
  CoTenant: [to('CoTenant'), to('Tenant', 'Tenant')],
  TenantContact: [to('TenantContact'), to('Tenant', 'Tenant')],
  Lease: [to('Tenant', 'Tenant')],
  LeasePriceChange: [to('Tenant', 'Lease', 'Tenant')],
  LeaseRenewal: [to('Tenant', 'Lease', 'Tenant')],
  TenantService: [to('Tenant', 'Tenant')],
  Parking: [to('Tenant', 'CurrentTenant')],
  TenantParking: [to('Tenant', 'Tenant')],
  Storage: [to('Tenant', 'CurrentTenant')],
  TenantStorage: [to('Tenant', 'Tenant')],
  Inspection: [to('Tenant', 'Tenant'), to('Employee', 'Employee')],
  AccessKey: [to('Tenant', 'Tenant')],
  Prospect: [to('Prospect'), to('Employee', 'AssignedEmployee')],
  Visit: [to('Prospect', 'Prospect'), to('Employee', 'Employee')],
  // Who applies is the prospect; once accepted, the same person is a tenant.
  RentalApplication: [to('Prospect', 'Prospect'), to('Tenant', 'Tenant')],
  ReceivableTransaction: [to('Tenant', 'Tenant')],
  ReceivableAllocation: [to('Tenant', 'CreditTransaction', 'Tenant')],
  Payment: [to('Tenant', 'Tenant')],
  PreauthorizedDebit: [to('Tenant', 'Tenant')],
  LateNotice: [to('Tenant', 'Tenant')],
  // a slip of its own for each; whose it is says whom it names.
  Rl31Slip: [to('CoTenant', 'CoTenant'), to('Tenant', 'Tenant')],
  ServiceCallCategory: [to('Employee', 'DefaultEmployee')],
  ServiceCall: [to('Tenant', 'Tenant'), to('Supplier', 'Supplier'), to('Employee', 'AssignedEmployee')],
  ServiceCallDetail: [to('Tenant', 'ServiceCall', 'Tenant'), to('Supplier', 'Supplier'), to('Employee', 'Employee')],
  Supplier: [to('Supplier')],
  Invoice: [to('Supplier', 'Supplier'), to('Employee', 'ApprovedByEmployee')],
  InvoiceLine: [to('Supplier', 'Invoice', 'Supplier')],
  Document: [to('Tenant', 'Tenant'), to('Tenant', 'Lease', 'Tenant'), to('Tenant', 'ServiceCall', 'Tenant'), to('Supplier', 'Supplier')],
  Message: [to('Tenant', 'Tenant'), to('Employee', 'Employee')],
  Note: [to('Tenant', 'Tenant')],
}

function to(person: PersonType, ...path: readonly string[]): PersonPath {
  return { person, path }
}

/** Whether rows of the type say something about persons when they are read. */
export function tellsOfPersons(type: Pick<EntityType, 'name' | 'hasStream' | 'properties'>): boolean {
  return personPathsOf(type).length > 0 && (type.hasStream === true || type.properties.some((property) => personalClassOf(property) !== undefined))
}

/** The first that a row has is whom it is about. */
export function personPathsOf(type: Pick<EntityType, 'name'>): readonly PersonPath[] {
  return paths[type.name] ?? []
}
