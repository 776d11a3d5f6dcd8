/** Parking and storage spaces of a generated building and their rentals (recipe §7). */

import type { DemoRow } from './demo-row.ts'
import type { Tenancy } from './generated-leases.ts'
import type { GenerationContext } from './id-sequences.ts'
import { type Rental, tenantParkingRow, tenantStorageRow } from './lease-rows.ts'
import { type DemoBuilding, parkingRow, type Space, storageRow } from './property-rows.ts'
import { Random } from './random.ts'

/** One parking space per two units, one storage space per three. */
export function spaceCounts(units: number) {
  return { parkings: Math.floor(units / 2), storages: Math.floor(units / 3) }
}

export function* parkingRows(
  building: DemoBuilding,
  tenancies: readonly Tenancy[],
  count: number,
  context: GenerationContext,
): Iterable<DemoRow> {
  const spaces: Space[] = []
  for (let index = 0; index < count; index += 1) {
    const id = context.ids.nextId('Parking')
    const isIndoor = Random.of('Parking', id, context.salt).chance(400)
    const space = { id, building, code: code('P', index), price: isIndoor ? 12_500 : 7_500 }
    yield parkingRow(space, { ParkingType: isIndoor ? 'I' : 'E', Level: isIndoor ? 'S1' : null })
    spaces.push(space)
  }
  const takers = tenancies.filter(({ wantsParking }) => wantsParking)
  for (const rental of rentals('TenantParking', spaces, takers, context)) {
    yield tenantParkingRow(rental)
  }
}

export function* storageRows(
  building: DemoBuilding,
  tenancies: readonly Tenancy[],
  count: number,
  context: GenerationContext,
): Iterable<DemoRow> {
  const spaces: Space[] = []
  for (let index = 0; index < count; index += 1) {
    const id = context.ids.nextId('Storage')
    const space = { id, building, code: code('R', index), price: 2_000 }
    yield storageRow(space)
    spaces.push(space)
  }
  const takers = tenancies.filter(({ wantsStorage }) => wantsStorage)
  for (const rental of rentals('TenantStorage', spaces, takers, context)) {
    yield tenantStorageRow(rental)
  }
}

/** Each taker in turn rents the next free space, with the dates of the lease, while some are free. */
function* rentals(
  entity: string,
  spaces: readonly Space[],
  takers: readonly Tenancy[],
  context: GenerationContext,
): Iterable<Rental> {
  for (const [index, space] of spaces.entries()) {
    const lease = takers[index]?.lease
    if (lease === undefined) return
    const id = context.ids.nextId(entity)
    const isRenewable = Random.of(entity, id, context.salt).chance(950)
    const { tenant, startDate, endDate } = lease
    yield { id, tenant, space, startDate, endDate, isRenewable }
  }
}

function code(letter: string, index: number): string {
  return letter + String(index + 1).padStart(2, '0')
}
