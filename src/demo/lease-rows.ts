/**
 * Rows of tenants, leases and rentals. Computed columns that depend on the business date alone come from
 * the rules of `domain/leasing`; those that need other rows (a tenant's current lease) are filled by the
 * calendar once everything is loaded.
 */

import { addDays, addMonths, type IsoDate } from '../domain/leasing/dates.ts'
import {
  type Hold,
  heldThrough,
  noticeWindow,
  signedLeaseStatus,
  termMonths,
} from '../domain/leasing/lease-term.ts'
import { maskAccountNo } from '../domain/pad/account-number.ts'
import {
  clockOf,
  type DemoRow,
  type DemoValues,
  decimalText,
  demoBusinessDate,
  demoRow,
  money,
} from './demo-row.ts'
import { type DemoDivision, divisionKeys } from './divisions.ts'
import { withoutAccents } from './places.ts'
import { type DemoUnit, type Space, unitKeys } from './property-rows.ts'

export interface Departure {
  readonly date: IsoDate
  readonly reason: 'F' | 'E' | 'C'
  readonly noticeDate: IsoDate | null
  /** The day it was entered: the clock of the tenant's and the lease's last change. */
  readonly enteredOn: IsoDate
}

export interface DemoTenant {
  readonly id: number
  readonly division: DemoDivision
  readonly tenantType: 'D' | 'A' | 'C' | 'S'
  /** Whole part of TenantNo. */
  readonly no: number
  readonly lastName: string
  readonly firstName: string | null
  readonly phone: string
  readonly departure: Departure | null
}

export interface DemoLease extends Hold {
  readonly id: number
  readonly unit: DemoUnit
  readonly tenant: DemoTenant
  readonly termStartDate: IsoDate
  readonly renewalCount: number
  /** In cents. */
  readonly rent: number
  /** The dwelling is a room in the legal sense: another notice window. */
  readonly isRoom?: boolean
  readonly given?: DemoValues
}

export function tenantKeys(tenant: DemoTenant) {
  return {
    ...divisionKeys(tenant.division),
    TenantType: tenant.tenantType,
    TenantNo: `${tenant.no}.0`,
  }
}

/** The holds of a tenant that decide its status and unit: in this portfolio one lease at most. */
export interface TenantHold {
  readonly hold: Hold
  readonly unit: DemoUnit | null
}

export function tenantRow(tenant: DemoTenant, { hold, unit }: TenantHold, given: DemoValues = {}) {
  const { departure } = tenant
  return demoRow(
    'Tenant',
    {
      ...tenantKeys(tenant),
      Id: tenant.id,
      LedgerDivisionId: tenant.division.id,
      BuildingCode: unit?.building.code ?? null,
      UnitCode: unit?.code ?? null,
      UnitId: unit?.id ?? null,
      LastName: tenant.lastName,
      FirstName: tenant.firstName,
      IsCompany: tenant.firstName === null,
      MobilePhone: tenant.phone,
      Email: emailOf(tenant),
      Status: tenantStatus(hold, departure),
      MoveInDate: hold.startDate,
      DepartureDate: departure?.date ?? null,
      DepartureReason: departure?.reason ?? null,
      DepartureNoticeDate: departure?.noticeDate ?? null,
      PaymentMethod: 'INT',
      // Nothing is billed yet.
      LateNoticeLevel: 0,
      NsfCount: 0,
      Balance: '0.00',
      BalanceDue: '0.00',
      ...given,
    },
    clockOf(departure?.enteredOn ?? null),
  )
}

function tenantStatus(hold: Hold, departure: Departure | null): 'F' | 'A' | 'P' {
  const held = heldThrough(hold, departure?.date ?? null)
  return ({ S: 'F', A: 'A', T: 'P' } as const)[
    signedLeaseStatus(hold.startDate, held, demoBusinessDate)
  ]
}

/** `first.last.id@example.com`, in letters without accents. */
function emailOf(tenant: DemoTenant): string {
  const names = [tenant.firstName, tenant.lastName].filter((name) => name !== null)
  const letters = names.map((name) =>
    withoutAccents(name)
      .toLowerCase()
      .replace(/[^a-z]+/g, ''),
  )
  return `${[...letters, tenant.id].join('.')}@example.com`
}

export function leaseRow(lease: DemoLease): DemoRow {
  const { unit, tenant, startDate, endDate, isRenewable } = lease
  const isCommercial = unit.building.division.buildingType === 'COM'
  const held = heldThrough(lease, tenant.departure?.date ?? null)
  const window =
    isCommercial || endDate === null
      ? null
      : noticeWindow(lease.termStartDate, endDate, lease.isRoom ?? false)
  const signed = signedBefore(startDate)
  return demoRow(
    'Lease',
    {
      ...unitKeys(unit),
      TenantType: tenant.tenantType,
      TenantNo: `${tenant.no}.0`,
      Id: lease.id,
      LeaseNo: `L-${lease.id}`,
      LedgerDivisionId: unit.building.division.id,
      UnitId: unit.id,
      TenantId: tenant.id,
      LeaseCategory: isCommercial ? 'C' : 'R',
      LeaseType: endDate === null ? 'I' : 'F',
      Status: signedLeaseStatus(startDate, held, demoBusinessDate),
      StartDate: startDate,
      EndDate: endDate,
      TermStartDate: lease.termStartDate,
      TermMonths: termMonths(lease.termStartDate, endDate),
      IsRenewable: isRenewable,
      HeldThroughDate: held,
      InitialRentAmount: money(lease.rent),
      RentAmount: money(lease.rent),
      RentEffectiveDate: startDate,
      SignedDate: signed,
      CopyDeliveredDate: addDays(signed, 2),
      RenewalCount: lease.renewalCount,
      NoticeWindowStart: window?.start ?? null,
      NoticeWindowEnd: window?.end ?? null,
      ...lease.given,
    },
    clockOf(tenant.departure?.enteredOn ?? null),
  )
}

/** Leases are signed 45 days before they start, those of the autumn no later than the last load step. */
function signedBefore(startDate: IsoDate): IsoDate {
  const signed = addDays(startDate, -45)
  return signed < '2026-06-10' ? signed : '2026-06-10'
}

export interface Rental extends Hold {
  readonly id: number
  readonly tenant: DemoTenant
  readonly space: Space
}

export function tenantParkingRow(rental: Rental, given: DemoValues = {}): DemoRow {
  const { space } = rental
  return demoRow(
    'TenantParking',
    { ...rentalValues(rental), ParkingId: space.id, ParkingCode: space.code, ...given },
    clockOf(rental.tenant.departure?.enteredOn ?? null),
  )
}

export function tenantStorageRow(rental: Rental): DemoRow {
  const { space } = rental
  return demoRow(
    'TenantStorage',
    { ...rentalValues(rental), StorageId: space.id, StorageCode: space.code },
    clockOf(rental.tenant.departure?.enteredOn ?? null),
  )
}

function rentalValues({ id, tenant, space, ...hold }: Rental): DemoValues {
  return {
    ...tenantKeys(tenant),
    Id: id,
    TenantId: tenant.id,
    BuildingCode: space.building.code,
    StartDate: hold.startDate,
    EndDate: hold.endDate,
    IsRenewable: hold.isRenewable,
    Amount: money(space.price),
    HeldThroughDate: heldThrough(hold, tenant.departure?.date ?? null),
  }
}

export interface PriceChange {
  readonly id: number
  readonly effectiveDate: IsoDate
  /** New monthly rent in cents. */
  readonly newAmount: number
  readonly reason: string | null
  readonly given?: DemoValues
}

export function leasePriceChangeRow(lease: DemoLease, change: PriceChange): DemoRow {
  return demoRow('LeasePriceChange', {
    ...tenantKeys(lease.tenant),
    Id: change.id,
    LeaseId: lease.id,
    EffectiveDate: change.effectiveDate,
    NewAmount: money(change.newAmount),
    Reason: change.reason,
    ...change.given,
  })
}

export interface Renewal {
  readonly id: number
  readonly status: 'E' | 'T' | 'D' | 'Q'
  readonly noticeDate: IsoDate
  readonly receivedDate: IsoDate
  /** Proposed monthly rent in cents. */
  readonly newRent: number
  /** When its last change was made. */
  readonly clock: string
  readonly given?: DemoValues
}

/** The notice of modification of a residential fixed-term lease, for a new term of 12 months. */
export function leaseRenewalRow(lease: DemoLease, renewal: Renewal): DemoRow {
  const { endDate, rent } = lease
  if (endDate === null) throw new Error(`Lease ${lease.id} has no end to renew`)
  const { id, status, noticeDate, receivedDate, newRent } = renewal
  const newStartDate = addDays(endDate, 1)
  const window = noticeWindow(lease.termStartDate, endDate, lease.isRoom ?? false)
  return demoRow(
    'LeaseRenewal',
    {
      ...tenantKeys(lease.tenant),
      Id: id,
      LeaseId: lease.id,
      Status: status,
      NoticeDate: noticeDate,
      NoticeReceivedDate: receivedDate,
      DeliveryMethod: 'R',
      CurrentEndDate: endDate,
      NewStartDate: newStartDate,
      NewEndDate: addDays(addMonths(newStartDate, 12), -1),
      CurrentRent: money(rent),
      NewRent: money(newRent),
      IncreaseAmount: money(newRent - rent),
      IncreasePercent: decimalText(Math.round(((newRent - rent) * 100_000) / rent), 3),
      GuidelinePercent: '3.100',
      WindowStart: window.start,
      WindowEnd: window.end,
      ResponseDeadline: addMonths(receivedDate, 1),
      ...renewal.given,
    },
    renewal.clock,
  )
}

export interface Agreement {
  readonly id: number
  readonly tenant: DemoTenant
  readonly transitNo: number
  readonly accountNo: string
  readonly agreementDate: IsoDate
  readonly startDate: IsoDate
}

/** With the account number as it is, which the load seals. */
export function agreementRow(agreement: Agreement): DemoRow {
  const { tenant } = agreement
  return demoRow('PreauthorizedDebit', {
    ...tenantKeys(tenant),
    Id: agreement.id,
    TenantId: tenant.id,
    Category: tenant.tenantType === 'C' ? 'E' : 'P',
    InstitutionNo: '815',
    TransitNo: String(agreement.transitNo),
    AccountNo: agreement.accountNo,
    AccountNoMasked: maskAccountNo(agreement.accountNo),
    AccountHolderName: [tenant.firstName, tenant.lastName]
      .filter((part) => part !== null)
      .join(' '),
    AgreementDate: agreement.agreementDate,
    StartDate: agreement.startDate,
    DebitDay: 1,
  })
}
