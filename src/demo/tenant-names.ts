/** Names of the tenants that the recipe does not name. */

import { firstNames, lastNames } from './places.ts'
import { Random } from './random.ts'

export interface TenantNames {
  readonly lastName: string
  readonly firstName: string
}

/** First two draws of a tenant's generator: the last name, then the first name. */
export function drawNames(random: Random): TenantNames {
  const lastName = random.pick(lastNames)
  return { lastName, firstName: random.pick(firstNames) }
}

/** Names of a fixed tenant. */
export function tenantNames(tenantId: number, salt: string): TenantNames {
  return drawNames(Random.of('Tenant', tenantId, salt))
}
