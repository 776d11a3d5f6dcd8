/** Buildings and what they own: their counts, the shares of their owners. */

import { Decimal } from 'decimal.js'
import { model } from '../../model/model.ts'
import { keyText } from '../command/key-text.ts'
import { dateOf, type Row, requiredDate, requiredDecimal, requiredNumber } from '../command/row.ts'
import type { Rule } from '../command/rule.ts'
import type { WriteContext } from '../command/write-context.ts'
import type { IsoDate } from '../leasing/dates.ts'

/** Whether a building is managed and active decides when its units are available. */
export const buildingAvailability: Rule = {
  number: 'R-026',
  on: ['update'],
  errors: [],
  async apply(change, context) {
    if (!change.changes('IsActive', 'ManagementEndDate')) return
    for (const unit of await context.select('Unit', 'building_id = $2', [change.id]))
      context.touched.add('Unit', requiredNumber(unit, 'Id'))
  },
}

/** `NumberOfUnits` and the like: the active units and spaces of a building. */
export function countedIn(
  counter: 'NumberOfUnits' | 'NumberOfParkings' | 'NumberOfStorages',
  type: 'Unit' | 'Parking' | 'Storage',
): Rule {
  return {
    number: 'R-005',
    on: ['create', 'update'],
    errors: [],
    async prepare(change, context) {
      if (change.changes('IsActive'))
        await context.lock('Building', requiredNumber(change.after, 'BuildingId'))
    },
    async apply(change, context) {
      if (!change.changes('IsActive')) return
      const id = requiredNumber(change.after, 'BuildingId')
      const active = await context.select(type, 'building_id = $2 and is_active', [id])
      const building = await context.get('Building', id)
      if (building[counter] !== active.length)
        await context.update('Building', id, { [counter]: active.length })
    },
  }
}

/** The shares in force on any date add up to 100 at most. */
export const ownershipShares: Rule = {
  number: 'R-015',
  on: ['create', 'update'],
  errors: ['OWNERSHIP_OVER_100'],
  async prepare(change, context) {
    await context.lock('Building', requiredNumber(change.after, 'BuildingId'))
  },
  async check(change, context) {
    const date = await firstDateOver100(change.after, context)
    if (date === undefined) return
    const building = await context.get('Building', requiredNumber(change.after, 'BuildingId'))
    const key = keyText(model.getType('Building'), building)
    change.refuse('OWNERSHIP_OVER_100', { key, date }, { target: 'SharePercent' })
  },
}

async function firstDateOver100(share: Row, context: WriteContext): Promise<IsoDate | undefined> {
  const others = await context.select('BuildingOwner', 'building_id = $2 and id <> $3', [
    requiredNumber(share, 'BuildingId'),
    requiredNumber(share, 'Id'),
  ])
  return firstDateOver([share, ...others], 100)
}

/** Sums only rise where a share begins: those are the dates to look at. */
function firstDateOver(shares: readonly Row[], limit: number): IsoDate | undefined {
  const starts = shares.map((share) => requiredDate(share, 'StartDate')).sort()
  return starts.find((date) => sumOn(shares, date).greaterThan(limit))
}

function sumOn(shares: readonly Row[], date: IsoDate): Decimal {
  return shares
    .filter(
      (share) =>
        requiredDate(share, 'StartDate') <= date && (dateOf(share, 'EndDate') ?? date) >= date,
    )
    .reduce((sum, share) => sum.plus(requiredDecimal(share, 'SharePercent')), new Decimal(0))
}
