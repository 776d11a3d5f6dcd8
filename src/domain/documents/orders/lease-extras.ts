/** What a tenant gets or rents besides his dwelling during a lease. */

import type { LeaseSummaryFacts, PaperLanguage } from '../../../papers/facts.ts'
import {
  dateOf,
  type Row,
  requiredDate,
  requiredDecimal,
  requiredNumber,
  requiredText,
} from '../../command/row.ts'
import type { SnapshotRows } from './snapshot-rows.ts'

type Extra = LeaseSummaryFacts['extras'][number]

/** In force on some day of the term. */
const DURING =
  "tenant_id = $2 and start_date <= coalesce($4::date, 'infinity') and coalesce(held_through_date, 'infinity') >= $3"

const EVERY: Readonly<Record<string, Extra['every']>> = {
  M: 'month',
  T: 'quarter',
  A: 'year',
  U: 'once',
}

const SPACES = {
  TenantParking: { code: 'ParkingCode', F: 'Stationnement', A: 'Parking' },
  TenantStorage: { code: 'StorageCode', F: 'Rangement', A: 'Storage space' },
} as const

export async function extrasOf(
  lease: Row,
  rows: SnapshotRows,
  language: PaperLanguage,
): Promise<readonly Extra[]> {
  const values = [lease['TenantId'], requiredDate(lease, 'StartDate'), dateOf(lease, 'EndDate')]
  const extras: Extra[] = []
  for (const service of await rows.select('TenantService', DURING, values))
    extras.push(await serviceOf(service, rows, language))
  for (const type of ['TenantParking', 'TenantStorage'] as const) {
    const { code, [language]: word } = SPACES[type]
    for (const space of await rows.select(type, DURING, values))
      extras.push({
        ...periodOf(space),
        name: `${word}\u00a0${requiredText(space, code).trim()}`,
        amount: requiredText(space, 'Amount'),
        every: 'month',
      })
  }
  return extras
}

async function serviceOf(
  tenantService: Row,
  rows: SnapshotRows,
  language: PaperLanguage,
): Promise<Extra> {
  const service = await rows.get('Service', requiredNumber(tenantService, 'ServiceId'))
  const amount = requiredDecimal(tenantService, 'Amount').times(
    requiredDecimal(tenantService, 'Quantity'),
  )
  return {
    ...periodOf(tenantService),
    name: requiredText(service, language === 'F' ? 'NameFr' : 'NameEn'),
    amount: amount.toFixed(2),
    every: EVERY[requiredText(tenantService, 'BillingFrequency')] ?? 'month',
  }
}

function periodOf(row: Row): Pick<Extra, 'startDate' | 'endDate'> {
  return { startDate: requiredDate(row, 'StartDate'), endDate: dateOf(row, 'HeldThroughDate') }
}
