/** the readings of a meter of a unit never go down, and each tells what was consumed since the one before. */

import { Decimal } from 'decimal.js'
import type { Change } from '../command/change.ts'
import { type Row, requiredDecimal, requiredNumber } from '../command/row.ts'
import type { Rule } from '../command/rule.ts'
import type { WriteContext } from '../command/write-context.ts'

export const meterReadingRule: Rule = {
  number: 'R-048',
  on: ['create'],
  errors: ['READING_DECREASING'],
  prepare: async (change, context) => {
    await context.lock('Unit', requiredNumber(change.after, 'UnitId'))
    const previous = await neighbour(change, 'previous', context)
    change.set('Consumption', previous === undefined ? null : consumption(previous, change.after))
  },
  check: async (change, context) => {
    const reading = requiredDecimal(change.after, 'Reading')
    const min = readingOf(await neighbour(change, 'previous', context)) ?? new Decimal(0)
    const max = readingOf(await neighbour(change, 'next', context))
    if (reading.lessThan(min) || (max !== undefined && reading.greaterThan(max)))
      change.refuse(
        'READING_DECREASING',
        { min: min.toFixed(3), max: max?.toFixed(3) ?? '…' },
        { target: 'Reading' },
      )
  },
  apply: async (change, context) => {
    const next = await neighbour(change, 'next', context)
    if (next !== undefined)
      await context.update('MeterReading', requiredNumber(next, 'Id'), {
        Consumption: consumption(change.after, next),
      })
  },
}

function readingOf(row: Row | undefined): Decimal | undefined {
  return row === undefined ? undefined : requiredDecimal(row, 'Reading')
}

/** The reading of the same meter that comes right before or after in date order. */
async function neighbour(
  { after }: Change,
  side: 'previous' | 'next',
  context: WriteContext,
): Promise<Row | undefined> {
  const [row] = await context.select(
    'MeterReading',
    side === 'previous'
      ? `${SAME_METER} and reading_date = (
           select max(o.reading_date) from meter_readings o
            where o.account_id = $1 and o.unit_id = $2 and o.meter_no = $3 and o.reading_date < $4)`
      : `${SAME_METER} and reading_date = (
           select min(o.reading_date) from meter_readings o
            where o.account_id = $1 and o.unit_id = $2 and o.meter_no = $3 and o.reading_date > $4)`,
    ['UnitId', 'MeterNo', 'ReadingDate'].map((property) => after[property]),
  )
  return row
}

const SAME_METER = 'unit_id = $2 and meter_no = $3'

function consumption(from: Row, to: Row): string {
  return requiredDecimal(to, 'Reading').minus(requiredDecimal(from, 'Reading')).toFixed(3)
}
