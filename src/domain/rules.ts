/** Which rules govern which entity, and which rule an action runs. One list per area; here they meet. */

import { budgetTotal, normalBalance } from './accounting/account-rules.ts'
import { ordersDates } from './command/date-order.ts'
import type { ActionRule, Rule } from './command/rule.ts'
import { uniqueKeys } from './command/unique-keys.ts'
import { messageRule } from './communications/message-rules.ts'
import { noteTarget } from './communications/note-rules.ts'
import { convertedApplication } from './crm/converted-application.ts'
import { crmRules } from './crm/crm-rules.ts'
import { documentRules } from './documents/document-rules.ts'
import { inspectionAccess } from './leasing/dwelling-access.ts'
import { leasePriceChangeRule } from './leasing/lease-price-change.ts'
import { leaseRenewalRules } from './leasing/lease-renewal-rules.ts'
import { leaseActions, leaseRules } from './leasing/lease-rules.ts'
import { meterReadingRule } from './leasing/meter-reading.ts'
import { rentHistory } from './leasing/rent-history.ts'
import { tenantRules } from './leasing/tenant-rules.ts'
import { unavailabilityRules } from './leasing/unavailability.ts'
import { maintenanceRules } from './maintenance/maintenance-rules.ts'
import { agreementRules } from './pad/agreement-rules.ts'
import { parkingRentalRules, storageRentalRules } from './parking/rental-rules.ts'
import { defaultAccount } from './payables/supplier-rules.ts'
import {
  buildingCharacteristicRules,
  unitCharacteristicRules,
} from './property/characteristic-value.ts'
import { propertyRules } from './property/property-rules.ts'
import { tenantServiceRules } from './services/tenant-service.ts'
import { webhookActions, webhookEndpointRules } from './webhooks/endpoint-rules.ts'

const rulesByEntity: Readonly<Record<string, readonly Rule[]>> = {
  ...propertyRules,
  ...maintenanceRules,
  Inspection: [inspectionAccess],
  ...crmRules,
  Lease: [...leaseRules, convertedApplication],
  LeasePriceChange: [rentHistory, leasePriceChangeRule],
  LeaseRenewal: leaseRenewalRules,
  MeterReading: [meterReadingRule],
  Tenant: tenantRules,
  BuildingCharacteristic: buildingCharacteristicRules,
  TenantParking: parkingRentalRules,
  TenantService: tenantServiceRules,
  TenantStorage: storageRentalRules,
  UnavailableUnit: unavailabilityRules,
  UnitCharacteristic: unitCharacteristicRules,
  GlAccount: [normalBalance],
  Budget: [budgetTotal],
  Supplier: [defaultAccount],
  Document: documentRules,
  PreauthorizedDebit: agreementRules,
  Message: [messageRule],
  Note: [noteTarget],
  WebhookEndpoint: webhookEndpointRules,
}

const actions: readonly ActionRule[] = [...leaseActions, ...webhookActions]

/** The rules of an entity type, in the order in which they run. */
export function rulesOf(entity: string): readonly Rule[] {
  return [uniqueKeys, ...(rulesByEntity[entity] ?? [])]
}

/** The rule of a bound action that the model offers (`Leases/Cancel`). */
export function actionRule(operation: string): ActionRule {
  const rule = actions.find((candidate) => candidate.operation === operation)
  if (rule === undefined) throw new Error(`${operation} is offered but has no rule`)
  return rule
}

/** What documentation asks of the rules. */
export const writeRules = { rulesOf, actionRule, ordersDates }
