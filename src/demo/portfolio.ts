/**
 * Every row of the demonstration portfolio, streamed: a deterministic Québec portfolio for the sandbox,
 * the tests and the measurements. People, companies, addresses and numbers are fictional.
 *
 * What billing, payments and jobs produce is not here: it comes from
 * those rules, never as invented results. Balances are 0.00 because nothing is billed.
 *
 * Choices where the recipe is silent, all made here so that they are found together:
 * - Fixed units without a lease of their own (buildings 1, 2, 3, 624, 636 and the 60 units of 630) are
 *   vacant, numbered from 1, 3.5 rooms when odd and 4.5 when even.
 * - Lease 2 (tenant 7535) is one term of 24 months, since the recipe gives its dates only; lease 1 is
 *   renewed each year.
 * - Scenario tenants without a given rent pay 950.00; their units ask 995.00 (3.5) or 1095.00 (4.5).
 *   Tenants who left by agreement (reason E) gave no dated notice. Price change 700 is the increase
 *   that made lease 9261 985.00.
 * - Renewals 540 to 543 propose 12 months; those whose sending the recipe does not date were sent two days
 *   before they were received. Price change 703 is what the tacit acceptance of 540 planned.
 * - Prospect 1201 is in status D, where creating an application puts it (R-100).
 * - Generated buildings are called « Les », all streets being plural; the rank is counted over all of
 *   them. One with an elevator has the characteristic ASCENSEUR.
 * - Condominium units (1-2) are not rentable by the manager: they are administrative.
 * - Commercial units have no number of rooms; their price follows the same draw. Commercial tenants are
 *   named « Entreprises <last name> inc. ».
 * - Draws that belong to no row of their own use the tenant's generator, in this order: last name,
 *   first name, telephone, wants a parking space, wants a storage space, has an agreement.
 * - Leases are signed 45 days before they start, at the latest on 2026-06-10; agreements are signed 16
 *   days before the lease starts. The text of VUE and the budgets come from their own rows' generators.
 * - A departure dates the last change of its tenant, lease and rentals (14:00Z on the day it was
 *   entered); all else is of step 1, and what the calendar computes is of the last step's daily job.
 * - Calls 5001 to 5003 have the numbers 812 to 810; the numbers of generated calls follow, in creation order. A
 *   generated call names its unit's tenant of that day; one of the common areas names the building alone.
 *   Tenants whose Id is a multiple of 20 have written one message.
 * - Every lease has a document and every building a picture, the fixed ones too, in creation order. They are of the
 *   step that enters documents, in French whatever language the tenant speaks.
 * - Owners 7 and 8 own the buildings of 3-1 and 3-2 since 2015-01-01.
 */

import { budgetRows } from './budgets.ts'
import { commercialBuilding, commercialRows } from './commercial-building.ts'
import type { DemoRow } from './demo-row.ts'
import { divisions } from './divisions.ts'
import { withDocuments } from './document-rows.ts'
import { generatedBuildings } from './generated-buildings.ts'
import { guideBuildings, guideRows } from './guide-rows.ts'
import { type GenerationContext, IdSequences } from './id-sequences.ts'
import { marked } from './marker.ts'
import { referenceRows } from './reference-data.ts'
import { scenarioBuilding, scenarioRows } from './scenario-building.ts'

export interface PortfolioOptions {
  /** Multiplies the generated part: 1 is about 520 units, 20 about 8 000. */
  readonly scale: number
  /** Text that every name of this portfolio carries, and salt of its draws; empty for the recipe's own. */
  readonly marker: string
}

const fixedBuildings = [...guideBuildings, scenarioBuilding, commercialBuilding]

/** How many `Building` rows the portfolio has: the unit of progress. */
export function buildingCount(scale: number): number {
  return divisions.reduce((sum, { buildings }) => sum + buildings * scale, fixedBuildings.length)
}

/** All rows, a parent soon before its children; memory is that of one building. */
export function* portfolioRows({ scale, marker }: PortfolioOptions): Iterable<DemoRow> {
  const context: GenerationContext = { ids: new IdSequences(), salt: marker }
  const rows = withDocuments(allRows(scale, context), context)
  for (const row of rows) yield marked(row, marker)
}

function* allRows(scale: number, context: GenerationContext): Iterable<DemoRow> {
  yield* referenceRows()
  yield* guideRows()
  yield* scenarioRows(context.salt)
  yield* commercialRows()
  for (const building of fixedBuildings) yield* budgetRows(building, context)
  for (const { building, rows } of generatedBuildings(scale, context)) {
    yield* rows
    yield* budgetRows(building, context)
  }
}
