/** Rows of service calls and of their details, with what the rules compute of them. */

import {
  type DemoRow,
  type DemoValues,
  decimalText,
  demoRow,
  finalClock,
  money,
} from './demo-row.ts'
import { buildingKeys, type DemoBuilding, type DemoUnit, unitKeys } from './property-rows.ts'
import { callCategories } from './service-call-categories.ts'

export type CallStatus = 'N' | 'A' | 'P' | 'E' | 'T' | 'F'

export interface DemoServiceCall {
  readonly id: number
  /** Of its company-division. */
  readonly no: number
  readonly building: DemoBuilding
  /** Null for what the tenants have in common. */
  readonly unit: DemoUnit | null
  readonly tenantId: number | null
  readonly categoryId: number
  readonly status: CallStatus
  readonly requested: Date
  readonly details: readonly DemoCallDetail[]
  readonly given: DemoValues
}

export interface DemoCallDetail {
  readonly id: number
  readonly detailType: 'M' | 'P' | 'D' | 'N'
  readonly at: Date
  readonly description: string
  /** In hundredths. */
  readonly quantity: number
  /** In cents; null for a note. */
  readonly unitPrice: number | null
}

/** Clock of the step that enters service calls and messages (recipe §3). */
export const callsClock = '2026-06-14T09:30:00Z'

/** Simon Boudreault, whom every category proposes. */
const technicianId = 4

export function* serviceCallRows(call: DemoServiceCall): Iterable<DemoRow> {
  yield serviceCallRow(call)
  for (const [index, detail] of call.details.entries()) yield detailRow(call.id, index + 1, detail)
}

function serviceCallRow(call: DemoServiceCall): DemoRow {
  const { building, unit, categoryId, status, requested } = call
  const { priority, responseHours, resolutionHours } = callCategories.get(categoryId)
  const response = later(requested, responseHours * 60)
  const resolution = later(requested, resolutionHours * 60)
  const cost = call.details.reduce((sum, detail) => sum + amountOf(detail), 0)
  return demoRow(
    'ServiceCall',
    {
      ...(unit === null ? buildingKeys(building) : unitKeys(unit)),
      Id: call.id,
      ServiceCallNo: call.no,
      LedgerDivisionId: building.division.id,
      BuildingId: building.id,
      UnitId: unit?.id ?? null,
      TenantId: call.tenantId,
      CategoryId: categoryId,
      Priority: priority,
      Status: status,
      RequestedDate: instant(requested),
      AssignedEmployeeId: status === 'N' ? null : technicianId,
      ActualCost: money(cost),
      TargetResponseDate: instant(response),
      TargetResolutionDate: instant(resolution),
      IsOverdue: isOverdue(status, response, resolution),
      ...call.given,
    },
    callsClock,
  )
}

/** R-093, on the last clock of the load. */
function isOverdue(status: CallStatus, response: Date, resolution: Date): boolean {
  if (status === 'T' || status === 'F') return false
  const now = new Date(finalClock)
  return (status === 'N' && now > response) || now > resolution
}

function detailRow(serviceCallId: number, lineNo: number, detail: DemoCallDetail): DemoRow {
  return demoRow(
    'ServiceCallDetail',
    {
      Id: detail.id,
      ServiceCallId: serviceCallId,
      LineNo: lineNo,
      DetailType: detail.detailType,
      DetailDate: instant(detail.at),
      EmployeeId: technicianId,
      Description: detail.description,
      Quantity: decimalText(detail.quantity, 2),
      UnitPrice: detail.unitPrice === null ? null : money(detail.unitPrice),
      Amount: money(amountOf(detail)),
      IsVisibleToTenant: detail.detailType === 'M',
    },
    callsClock,
  )
}

/** Whole cents: the portfolio's quantities and prices leave no fraction of one. */
function amountOf({ quantity, unitPrice }: DemoCallDetail): number {
  return (quantity * (unitPrice ?? 0)) / 100
}

export function later(date: Date, minutes: number): Date {
  return new Date(date.getTime() + minutes * 60_000)
}

export function hoursBeforeCalls(hours: number): Date {
  return later(new Date(callsClock), -60 * hours)
}

/** `2026-06-12T13:20:00Z`. */
export function instant(date: Date): string {
  return date.toISOString().replace('.000Z', 'Z')
}
