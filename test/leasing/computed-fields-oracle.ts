/**
 * Every field that leasing computes, computed again from what people entered: by the words of the rules and day
 * by day, without a line of the product. What differs is said as `Entity id field: stored, expected`.
 */

export type StoredRow = Readonly<Record<string, string | number | boolean | null>>

/** Rows of one account by table, each with its columns as JSON has them. */
export type Stored = Readonly<Record<string, readonly StoredRow[]>>

/** No day of the tests comes near; held through it means held without end. */
const FOREVER = '9000-01-01'

/** What the stored rows should say on the business date `today`, where they say otherwise. */
export function wrongFields(stored: Stored, today: string): readonly string[] {
  return [
    ...leases(stored, today),
    ...rentals(stored),
    ...units(stored, today),
    ...spaces(stored, today),
    ...tenants(stored, today),
    ...renewals(stored, today),
  ]
}

function rows(stored: Stored, table: string): readonly StoredRow[] {
  return stored[table] ?? []
}

function compare(entity: string, row: StoredRow, expected: StoredRow): readonly string[] {
  return Object.entries(expected)
    .filter(([field, value]) => row[field] !== value)
    .map(([field, value]) => `${entity} ${row['id']} ${field}: ${row[field]}, expected ${value}`)
}

export function plusDays(date: string, days: number): string {
  const instant = new Date(`${date}T12:00:00Z`)
  instant.setUTCDate(instant.getUTCDate() + days)
  return instant.toISOString().slice(0, 10)
}

/** The same day of another month, or the last one that this month has. */
export function plusMonths(date: string, months: number): string {
  const [year = 0, month = 0, day = 0] = date.split('-').map(Number)
  for (let tried = day; ; tried -= 1) {
    const found = new Date(Date.UTC(year, month - 1 + months, tried))
    if (found.getUTCDate() === tried) return found.toISOString().slice(0, 10)
  }
}

function departureOf(stored: Stored, tenantId: unknown): string | null {
  const tenant = rows(stored, 'tenants').find(({ id }) => id === tenantId)
  return dateOf(tenant?.['departure_date'])
}

function dateOf(value: unknown): string | null {
  return typeof value === 'string' ? value : null
}

function smallest(...dates: readonly (string | null)[]): string | null {
  return dates.filter((date) => date !== null).sort()[0] ?? null
}

/** */
function heldThrough(row: StoredRow, departure: string | null): string | null {
  if (row['is_renewable'] === true) return departure
  return smallest(dateOf(row['end_date']), departure)
}

function leases(stored: Stored, today: string): readonly string[] {
  return rows(stored, 'leases').flatMap((lease) => {
    if (lease['cancelled_date'] !== null) return compare('Lease', lease, { status: 'X' })
    const departure = departureOf(stored, lease['tenant_id'])
    const held = heldThrough(lease, departure)
    const start = String(lease['start_date'])
    const end = dateOf(lease['end_date'])
    const status =
      lease['signed_date'] === null
        ? 'P'
        : start > today
          ? 'S'
          : (held ?? FOREVER) >= today
            ? 'A'
            : 'T'
    const window = noticeWindow(stored, lease)
    // the term of who stays is never over.
    const isOverdue =
      lease['is_renewable'] === true && departure === null && end !== null && end < today
    return [
      ...compare('Lease', lease, {
        held_through_date: held,
        status,
        term_months: wholeMonths(String(lease['term_start_date']), end),
        notice_window_start: window?.[0] ?? null,
        notice_window_end: window?.[1] ?? null,
      }),
      ...(isOverdue ? [`Lease ${lease['id']} has not renewed itself on ${today}`] : []),
    ]
  })
}

/** */
function wholeMonths(start: string, end: string | null): number | null {
  if (end === null) return null
  for (let months = 1; plusMonths(start, months) <= plusDays(end, 1); months += 1)
    if (plusMonths(start, months) === plusDays(end, 1)) return months
  return null
}

/** */
function noticeWindow(stored: Stored, lease: StoredRow): readonly [string, string] | null {
  const end = dateOf(lease['end_date'])
  if (end === null || lease['lease_category'] !== 'R') return null
  const unit = rows(stored, 'units').find(({ id }) => id === lease['unit_id'])
  return windowBefore(
    plusDays(end, 1),
    unit?.['is_room'] === true
      ? 'room'
      : plusDays(end, 1) < plusMonths(String(lease['term_start_date']), 12)
        ? 'short'
        : 'year',
  )
}

function windowBefore(a: string, kind: 'room' | 'short' | 'year'): readonly [string, string] {
  if (kind === 'room') return [plusDays(a, -20), plusDays(plusDays(a, -10), -1)]
  if (kind === 'short') return [plusMonths(a, -2), plusDays(plusMonths(a, -1), -1)]
  return [plusMonths(a, -6), plusDays(plusMonths(a, -3), -1)]
}

function rentals(stored: Stored): readonly string[] {
  const held = ['tenant_parkings', 'tenant_storages'].flatMap((table) =>
    rows(stored, table).flatMap((row) =>
      compare(table, row, {
        held_through_date: heldThrough(row, departureOf(stored, row['tenant_id'])),
      }),
    ),
  )
  const services = rows(stored, 'tenant_services').flatMap((row) =>
    compare('TenantService', row, {
      held_through_date: smallest(dateOf(row['end_date']), departureOf(stored, row['tenant_id'])),
    }),
  )
  return [...held, ...services]
}

interface Hold {
  readonly first: string
  readonly last: string
  readonly row: StoredRow
}

/** What holds at least one day. */
function holdsOf(stored: Stored, list: readonly StoredRow[]): readonly Hold[] {
  return list
    .filter((row) => (row['cancelled_date'] ?? null) === null)
    .map((row) => ({
      first: String(row['start_date']),
      last: heldThrough(row, departureOf(stored, row['tenant_id'])) ?? FOREVER,
      row,
    }))
    .filter(({ first, last }) => first <= last)
}

function on(holds: readonly Hold[], day: string): Hold | undefined {
  return holds.find(({ first, last }) => first <= day && day <= last)
}

function meetings(
  entity: string,
  id: StoredRow[string] | undefined,
  holds: readonly Hold[],
): readonly string[] {
  const inOrder = [...holds].sort((a, b) => (a.first < b.first ? -1 : 1))
  return inOrder.flatMap((hold, index) => {
    const next = inOrder[index + 1]
    return next !== undefined && next.first <= hold.last
      ? [`${entity} ${String(id)} is held twice`]
      : []
  })
}

/** */
function units(stored: Stored, today: string): readonly string[] {
  return rows(stored, 'units').flatMap((unit) => {
    const own = rows(stored, 'leases').filter((lease) => lease['unit_id'] === unit['id'])
    const holds = holdsOf(stored, own)
    const periods = rows(stored, 'unavailable_units')
      .filter((period) => period['unit_id'] === unit['id'])
      .map((row) => ({
        first: String(row['start_date']),
        last: dateOf(row['end_date']) ?? FOREVER,
        row,
      }))
    const lease = on(holds, today)?.row
    const next = own
      .filter(({ cancelled_date: cancelled }) => cancelled === null)
      .map(({ start_date: start }) => String(start))
      .filter((start) => start > today)
    const isRentable = unit['is_rentable'] === true
    return [
      ...meetings('Unit', unit['id'], holds),
      ...meetings('Unit', unit['id'], periods),
      ...compare('Unit', unit, {
        occupancy_status: !isRentable
          ? 'A'
          : lease !== undefined
            ? 'L'
            : on(periods, today) !== undefined
              ? 'N'
              : 'V',
        current_lease_id: lease?.['id'] ?? null,
        current_tenant_id: lease?.['tenant_id'] ?? null,
        current_rent: lease?.['rent_amount'] ?? null,
        available_date:
          isRentable && unit['is_active'] === true
            ? firstFree([...holds, ...periods], today, MINIMUM_RENTAL_DAYS)
            : null,
        next_lease_start_date: smallest(...next),
        lowest_rent_last12_months: lowestRent(stored, holds, today),
      }),
    ]
  })
}

/** Of the division of building 900. */
const MINIMUM_RENTAL_DAYS = 30

function firstFree(holds: readonly Hold[], today: string, days: number): string | null {
  const candidates = [today, ...holds.map(({ last }) => plusDays(last, 1))]
    .filter((day) => day >= today && day < FOREVER)
    .sort()
  const isFree = (first: string): boolean =>
    Array.from({ length: days }, (_, n) => plusDays(first, n)).every(
      (day) => on(holds, day) === undefined,
    )
  return candidates.find(isFree) ?? null
}

/** A rent begins with its lease, with a change, or is in force when the twelve months begin. */
function lowestRent(stored: Stored, holds: readonly Hold[], today: string): number | null {
  const since = plusMonths(today, -12)
  const rents = holds.flatMap(({ first, last, row }) => {
    const changes = rows(stored, 'lease_price_changes')
      .filter(({ lease_id: id }) => id === row['id'])
      .map(({ effective_date: date }) => String(date))
    return [since, first, ...changes]
      .filter((day) => since <= day && day < today && first <= day && day <= last)
      .map(rentsOf(stored, row))
  })
  return rents.length === 0 ? null : Math.min(...rents)
}

/** */
function rentsOf(stored: Stored, lease: StoredRow): (day: string) => number {
  const changes = rows(stored, 'lease_price_changes')
    .filter(({ lease_id: id, status }) => id === lease['id'] && status !== 'X')
    .map((change) => [String(change['effective_date']), Number(change['new_amount'])] as const)
    .sort(([a], [b]) => (a < b ? -1 : 1))
  return (day) =>
    changes.findLast(([date]) => date <= day)?.[1] ?? Number(lease['initial_rent_amount'])
}

/** */
function spaces(stored: Stored, today: string): readonly string[] {
  return (['parking', 'storage'] as const).flatMap((kind) =>
    rows(stored, `${kind}s`).flatMap((space) => {
      const own = rows(stored, `tenant_${kind}s`).filter((row) => row[`${kind}_id`] === space['id'])
      const holds = holdsOf(stored, own)
      const rental = on(holds, today)?.row
      return [
        ...meetings(kind, space['id'], holds),
        ...compare(kind, space, {
          is_occupied: rental !== undefined,
          current_tenant_id: rental?.['tenant_id'] ?? null,
          available_date: firstFree(holds, today, 1),
        }),
      ]
    }),
  )
}

/** R-023 and the descriptions of TenantStatus. */
function tenants(stored: Stored, today: string): readonly string[] {
  return rows(stored, 'tenants').flatMap((tenant) => {
    const isHis = (row: StoredRow): boolean => row['tenant_id'] === tenant['id']
    const own = rows(stored, 'leases').filter((row) => isHis(row) && row['cancelled_date'] === null)
    const leaseHolds = holdsOf(stored, own)
    const all = ['leases', 'tenant_parkings', 'tenant_storages'].flatMap((table) =>
      holdsOf(stored, rows(stored, table).filter(isHis)),
    )
    const current = on(leaseHolds, today)?.row
    const inOrder = [...own].sort((a, b) =>
      String(a['start_date']) < String(b['start_date']) ? -1 : 1,
    )
    const home =
      current ?? inOrder.find(({ start_date: start }) => String(start) > today) ?? inOrder.at(-1)
    return [
      ...meetings('Tenant', tenant['id'], leaseHolds),
      ...compare('Tenant', tenant, {
        current_lease_id: current?.['id'] ?? null,
        status:
          on(all, today) !== undefined
            ? 'A'
            : all.some(({ first }) => first > today)
              ? 'F'
              : all.length > 0
                ? 'P'
                : 'N',
        ...(home === undefined ? {} : { unit_id: home['unit_id'] ?? null }),
      }),
    ]
  })
}

/** where a renewal can stand on a day, and the dates that follow from others. */
function renewals(stored: Stored, today: string): readonly string[] {
  return rows(stored, 'lease_renewals').flatMap((renewal) => {
    const lease = rows(stored, 'leases').find(({ id }) => id === renewal['lease_id'])
    if (lease === undefined) return []
    const status = String(renewal['status'])
    const received = dateOf(renewal['notice_received_date'])
    const isLeaving = departureOf(stored, lease['tenant_id']) !== null
    const window = noticeWindow(stored, lease)
    const end = dateOf(lease['end_date'])
    const isOfThisTerm = end !== null && renewal['new_start_date'] === plusDays(end, 1)
    const problems = [
      [isLeaving && 'PE'.includes(status), 'goes on though the tenant leaves'],
      [
        lease['cancelled_date'] !== null && 'PERDATSF'.includes(status) && !renewal['applied_date'],
        'goes on though the lease is cancelled',
      ],
      [status === 'E' && String(renewal['response_deadline']) < today, 'waits in vain'],
      [status === 'R' && String(renewal['tal_deadline']) < today, 'waits for the tribunal in vain'],
      [
        status === 'P' &&
          lease['lease_type'] === 'F' &&
          String(renewal['new_start_date']) <= String(lease['term_start_date']),
        'is prepared for a term that has begun',
      ],
      [
        'ATFS'.includes(status) &&
          lease['lease_type'] === 'F' &&
          String(renewal['new_start_date']) <= String(lease['term_start_date']) &&
          renewal['applied_date'] === null,
        'is not applied',
      ],
      [
        'ATFS'.includes(status) &&
          renewal['new_start_date'] === lease['term_start_date'] &&
          renewal['new_end_date'] !== null &&
          renewal['new_end_date'] !== end,
        'gave the term another end',
      ],
    ] as const
    return [
      ...problems.flatMap(([isWrong, what]) =>
        isWrong ? [`LeaseRenewal ${renewal['id']} (${status}) ${what} on ${today}`] : [],
      ),
      ...compare('LeaseRenewal', renewal, {
        response_deadline: received === null ? null : plusMonths(received, 1),
        tal_deadline:
          renewal['response'] === 'R' ? plusMonths(String(renewal['response_date']), 1) : null,
        increase_amount: cents(Number(renewal['new_rent']) - Number(renewal['current_rent'])),
        ...(isOfThisTerm
          ? { window_start: window?.[0] ?? null, window_end: window?.[1] ?? null }
          : {}),
      }),
    ]
  })
}

function cents(amount: number): number {
  return Math.round(amount * 100) / 100
}
