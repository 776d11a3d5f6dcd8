/** Tenants: their numbers, what a new one has, and which unit is theirs. Their departure has a file of its own. */

import { Decimal } from 'decimal.js'
import { requiredNumber, requiredText } from '../command/row.ts'
import type { Rule } from '../command/rule.ts'
import { departureRules } from './departure.ts'

/** What `TenantNo` has room for: nine digits, one of them after the point. */
const TENANT_NO_MAX = '99999999.9'

/**
 * A number that was omitted is one more than the greatest whole part used in the division and type: sub-accounts
 * (`12.1`) do not count. The division is locked, so that each of many tenants at once gets one of its own.
 */
const tenantNumber: Rule = {
  number: 'R-003',
  on: ['create'],
  errors: ['VALUE_OUT_OF_RANGE'],
  async prepare(change, context) {
    if (change.after['TenantNo'] !== null) return
    const division = requiredNumber(change.after, 'LedgerDivisionId')
    await context.lock('LedgerDivision', division)
    const type = requiredText(change.after, 'TenantType')
    const [used] = await context.read(
      `select trunc(max(tenant_no)) as greatest from tenants
        where account_id = $1 and ledger_division_id = $2 and tenant_type = $3`,
      [context.accountId, division, type],
      { Tenant: { LedgerDivisionId: division, TenantType: type } },
    )
    const next = new Decimal(used?.['greatest'] ?? 0).plus(1)
    if (next.greaterThan(TENANT_NO_MAX))
      change.refuse(
        'VALUE_OUT_OF_RANGE',
        { field: 'TenantNo', min: `-${TENANT_NO_MAX}`, max: TENANT_NO_MAX },
        { target: 'TenantNo' },
      )
    change.set('TenantNo', next.toFixed(1))
  },
}

/** No lease, parking or storage rental was ever recorded: `N`. */
const newTenant: Rule = {
  number: 'R-005',
  on: ['create'],
  errors: [],
  prepare(change) {
    change.set('Status', 'N')
  },
}

/**
 * The unit follows the tenant's leases, which refresh it when they change (last sentence of R-023); only
 * a tenant who has none has the unit that was entered.
 */
const tenantUnit: Rule = {
  number: 'R-023',
  on: ['update'],
  errors: [],
  async prepare(change, context) {
    const { before } = change
    if (before === undefined || !change.changes('UnitId')) return
    const leases = await context.select('Lease', 'tenant_id = $2 and cancelled_date is null', [
      change.id,
    ])
    if (leases.length === 0) return
    for (const property of ['UnitId', 'BuildingCode', 'UnitCode'])
      change.set(property, before[property] ?? null)
  },
}

export const tenantRules: readonly Rule[] = [tenantNumber, newTenant, tenantUnit, ...departureRules]
