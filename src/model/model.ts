/** The entity model: the one source of tables, metadata, documentation and validation. */

import { budget, fiscalPeriod, glAccount, glEntry } from './accounting.ts'
import { auditEntry } from './audit.ts'
import { message, note } from './communications.ts'
import { complexTypes } from './complex-types.ts'
import { building, buildingCharacteristic, buildingOwner, characteristic, company, employee, ledgerDivision, lookupCode, owner, taxRate, unavailableUnit, unit, unitCharacteristic } from './core.ts'
import { prospect, rentalApplication, visit } from './crm.ts'
import { document } from './documents.ts'
import type { ComplexType, EntityType, Operation } from './entity-type.ts'
import { financialStatement } from './financial-statements.ts'
import { accessKey, coTenant, inspection, lease, leasePriceChange, leaseRenewal, meterReading, parking, service, storage, tenant, tenantContact, tenantParking, tenantService, tenantStorage } from './leasing.ts'
import { serviceCall, serviceCallCategory, serviceCallDetail } from './maintenance.ts'
import { operations } from './operations.ts'
import { preauthorizedDebit } from './pad.ts'
import { invoice, invoiceLine, supplier } from './payables.ts'
import { bankAccount, billingRun, lateNotice, payment, receivableAllocation, receivableTransaction, rl31Slip } from './receivables.ts'
import { webhookAttempt, webhookDelivery, webhookEndpoint } from './webhooks.ts'

/** Every entity type of the domain, in the order of its specification; each has a table. */
export const domainTypes: readonly EntityType[] = [
  ledgerDivision,
  company,
  building,
  unit,
  characteristic,
  buildingCharacteristic,
  unitCharacteristic,
  unavailableUnit,
  owner,
  buildingOwner,
  employee,
  lookupCode,
  taxRate,
  tenant,
  coTenant,
  tenantContact,
  lease,
  leasePriceChange,
  leaseRenewal,
  service,
  tenantService,
  parking,
  tenantParking,
  storage,
  tenantStorage,
  inspection,
  accessKey,
  meterReading,
  prospect,
  visit,
  rentalApplication,
  receivableTransaction,
  receivableAllocation,
  payment,
  preauthorizedDebit,
  bankAccount,
  billingRun,
  lateNotice,
  rl31Slip,
  serviceCallCategory,
  serviceCall,
  serviceCallDetail,
  supplier,
  invoice,
  invoiceLine,
  glAccount,
  glEntry,
  fiscalPeriod,
  budget,
  financialStatement,
  document,
  message,
  note,
]

/** Every entity type: those of the domain, and what shows how the service itself works. */
export const entityTypes: readonly EntityType[] = [...domainTypes, webhookEndpoint, webhookDelivery, webhookAttempt, auditEntry]

/** The model as the rest of the product asks it: by name, in any letter case where a URL names things. */
export interface Model {
  readonly entityTypes: readonly EntityType[]
  readonly complexTypes: readonly ComplexType[]
  readonly operations: readonly Operation[]
  /** Entity type of a set; the set's name in any letter case (contract B14). */
  readonly findBySet: (set: string) => EntityType | undefined
  readonly getType: (name: string) => EntityType
  readonly findComplexType: (name: string) => ComplexType | undefined
  /** Operation bound to the set, by name in any letter case. */
  readonly findOperation: (set: string, name: string) => Operation | undefined
}

export function createModel(types: readonly EntityType[], complex: readonly ComplexType[], bound: readonly Operation[]): Model {
  const bySet = new Map(types.map((type) => [type.set.toLowerCase(), type]))
  const byName = new Map(types.map((type) => [type.name, type]))
  const byComplexName = new Map(complex.map((type) => [type.name, type]))
  const byOperation = new Map(bound.map((operation) => [`${operation.set}/${operation.name}`.toLowerCase(), operation]))
  return {
    entityTypes: types,
    complexTypes: complex,
    operations: bound,
    findBySet: (set) => bySet.get(set.toLowerCase()),
    getType(name) {
      const type = byName.get(name)
      if (type === undefined) throw new Error(`The model has no entity type named ${name}`)
      return type
    },
    findComplexType: (name) => byComplexName.get(name),
    findOperation: (set, name) => byOperation.get(`${set}/${name}`.toLowerCase()),
  }
}

/**
 * The bound operations that the product serves; metadata and documentation show these and no others.
 * An operation joins the list in the commit that brings its rule.
 */
const servedOperations: readonly string[] = [
  'Units/ForRent',
  'Units/Availability',
  'Parkings/Availability',
  'Storages/Availability',
  'Leases/RentOn',
  'Leases/Cancel',
  'WebhookEndpoints/Test',
  'WebhookEndpoints/Pause',
  'WebhookEndpoints/Resume',
  'WebhookEndpoints/RotateSecret',
  'WebhookEndpoints/Replay',
  'WebhookDeliveries/Resend',
]

export const model: Model = createModel(
  entityTypes,
  complexTypes,
  operations.filter((operation) => servedOperations.includes(`${operation.set}/${operation.name}`)),
)
