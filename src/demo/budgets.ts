/** Budgets of 2026: one row per building and account of revenue or expense (recipe §9). */

import { budgetedAccounts } from './chart-of-accounts.ts'
import { type DemoRow, type DemoValue, demoRow, money } from './demo-row.ts'
import { divisionKeys, glAccountId } from './divisions.ts'
import type { GenerationContext } from './id-sequences.ts'
import type { DemoBuilding } from './property-rows.ts'
import { Random } from './random.ts'

const months = ['01', '02', '03', '04', '05', '06', '07', '08', '09', '10', '11', '12']

export function* budgetRows(building: DemoBuilding, context: GenerationContext): Iterable<DemoRow> {
  for (const account of budgetedAccounts) {
    // The guide's row: plumbing of Les Pins, 400.00 a month.
    const isGuideRow = building.id === 630 && account.id === 22
    const id = isGuideRow ? 71 : context.ids.nextId('Budget')
    const drawn = (1 + Random.of('Budget', id, context.salt).below(40)) * 10_000
    const amount = isGuideRow ? 40_000 : drawn
    const amounts: Record<string, DemoValue> = {}
    for (const month of months) amounts[`Amount${month}`] = money(amount)
    yield demoRow('Budget', {
      Id: id,
      ...divisionKeys(building.division),
      LedgerDivisionId: building.division.id,
      FiscalYear: 2026,
      GlAccountId: glAccountId(building.division.company, account.id),
      BuildingId: building.id,
      ...amounts,
      TotalAmount: money(12 * amount),
    })
  }
}
