/**
 * Values that an export writes otherwise than the row has them, because an import runs the rules again: a lease is entered
 * as it was agreed, with its first rent and the end of its paper. The rents that followed are rent changes, and
 * the terms follow by themselves.
 */

import type { Reason } from './left-out.ts'

interface OwnValue {
  /** SQL over the row `t`, the account `$1` and its business date `$2`. */
  readonly sql: string
  /** Why it may be null where the row has a value. */
  readonly lost?: Reason
}

/** By type and property. */
export const ownValues: Readonly<Record<string, Readonly<Record<string, OwnValue>>>> = {
  Lease: {
    EndDate: { sql: paperEnd('t') },
    RentAmount: { sql: 't.initial_rent_amount' },
    AssignedFromLeaseId: {
      sql: `(select a.id from leases a
        join tenants d on d.account_id = $1 and d.id = a.tenant_id
       where a.account_id = $1 and a.id = t.assigned_from_lease_id and a.cancelled_date is null
         and a.unit_id = t.unit_id and d.departure_reason = 'C' and t.start_date = d.departure_date + 1
         and (t.start_date <= $2
              or ${paperEnd('a')} is not distinct from ${paperEnd('t')}
                 and a.initial_rent_amount = t.initial_rent_amount))`,
      lost: {
        fr: 'cessions dont les deux baux ne concordent plus (R-047)',
        en: 'assignments whose two leases no longer agree (R-047)',
      },
    },
  },
}

/**
 * The end of the first term, when the terms that follow from it by themselves come to where the lease is; else, and for a
 * lease that is over and would roll on from there, its end. Terms that begin behind the 28th may lose days to short months.
 */
function paperEnd(lease: string): string {
  const first = `(add_months(${lease}.term_start_date, -(${lease}.renewal_count - 1) * ${lease}.term_months) - 1)`
  const firstMonths = `lease_term_months(${lease}.start_date, ${first})`
  // Terms follow until today, or until the tenant leaves; a date that is null counts for nothing.
  const day = `least($2, (select p.departure_date from tenants p
    where p.account_id = $1 and p.id = ${lease}.tenant_id))`
  return `case when ${lease}.renewal_count > 0 and ${lease}.is_renewable and ${lease}.lease_type = 'F'
      and ${lease}.end_date >= ${day} and ${lease}.term_start_date <= ${day}
      and extract(day from ${lease}.term_start_date) <= 28
      and (${firstMonths} = ${lease}.term_months and ${lease}.term_months <= 12
        or ${firstMonths} > 12 and ${lease}.term_months = 12)
    then ${first} else ${lease}.end_date end`
}
