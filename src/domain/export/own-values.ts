/**
 * Values that an export writes otherwise than the row has them, because an import runs the rules again: a lease that has
 * rolled over is entered by the end of its paper and rolls over once more, so that its terms come out equal.
 */

/** SQL of a property over the row `t`, the account `$1` and its business date `$2`, by type and name. */
export const ownValues: Readonly<Record<string, Readonly<Record<string, string>>>> = {
  Lease: {
    EndDate: paperEnd('t'),
    // A change whose month nobody has billed yet is in force all the same.
    RentAmount: `case when exists (
        select from lease_price_changes c where c.account_id = $1 and c.lease_id = t.id
           and c.status = 'P' and c.effective_date <= $2)
      then lease_rent_on($1, t.id, $2) else t.rent_amount end`,
    // R-047 compares the two leases as they are entered; one that no longer agrees with its assignor's is its own.
    AssignedFromLeaseId: `(select a.id from leases a
        join tenants d on d.account_id = $1 and d.id = a.tenant_id
       where a.account_id = $1 and a.id = t.assigned_from_lease_id and a.cancelled_date is null
         and a.unit_id = t.unit_id and d.departure_reason = 'C' and t.start_date = d.departure_date + 1
         and ${paperEnd('a')} is not distinct from ${paperEnd('t')})`,
  },
}

/**
 * The end of the first term, when the terms that follow from it by themselves come to where the lease is; else, and for a
 * lease that is over and would roll on from there, its end. Terms that begin behind the 28th may lose days to short months.
 */
function paperEnd(lease: string): string {
  const first = `(add_months(${lease}.term_start_date, -(${lease}.renewal_count - 1) * ${lease}.term_months) - 1)`
  const firstMonths = `lease_term_months(${lease}.start_date, ${first})`
  return `case when ${lease}.renewal_count > 0 and ${lease}.is_renewable and ${lease}.lease_type = 'F'
      and ${lease}.end_date >= $2 and ${lease}.term_start_date <= $2
      and extract(day from ${lease}.term_start_date) <= 28
      and (${firstMonths} = ${lease}.term_months and ${lease}.term_months <= 12
        or ${firstMonths} > 12 and ${lease}.term_months = 12)
    then ${first} else ${lease}.end_date end`
}
