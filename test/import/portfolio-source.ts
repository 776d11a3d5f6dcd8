/** The portfolio of the bench as a source, of any size. */

import { portfolioRows } from '../../bench/import/portfolio.ts'
import type { ImportSource } from '../../src/domain/import/import-record.ts'
import { recordOf } from './source.ts'

export function portfolioSource(scale: number): ImportSource {
  return {
    digest: `portfolio of ${scale}`,
    async *items() {
      let index = 0
      for (const { set, row } of portfolioRows(scale)) yield recordOf({ set, cells: row }, index++)
    },
  }
}

/** So that a small one has several chunks. */
export const CHUNK_SIZE = 200

/** Sets of which it has rows. */
export const PORTFOLIO_SETS: readonly string[] = [
  'Companies',
  'LedgerDivisions',
  'Owners',
  'Characteristics',
  'Services',
  'Suppliers',
  'Buildings',
  'Units',
  'UnitCharacteristics',
  'Parkings',
  'Storages',
  'BuildingOwners',
  'Tenants',
  'CoTenants',
  'Leases',
  'TenantServices',
  'TenantParkings',
  'TenantStorages',
]
