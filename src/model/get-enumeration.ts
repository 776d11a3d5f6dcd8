import { auditEnumerations } from './audit-enumerations.ts'
import type { Enumeration } from './entity-type.ts'
import { enumerations } from './enumerations.ts'
import { webhookEnumerations } from './webhook-enumerations.ts'

const byName = new Map<string, Enumeration>([...Object.entries(enumerations), ...Object.entries(webhookEnumerations), ...Object.entries(auditEnumerations)])

/** The enumeration of that name. Throws when a property names one that the model does not have. */
export function getEnumeration(name: string): Enumeration {
  const found = byName.get(name)
  if (found === undefined) throw new Error(`The model has no enumeration named ${name}`)
  return found
}
