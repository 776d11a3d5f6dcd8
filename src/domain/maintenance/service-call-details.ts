/**
 * what was done on a call and what it cost. The call is locked before its details, so that two of them never
 * take one line, and the cost of the call is that of all.
 */

import { Decimal } from 'decimal.js'
import { model } from '../../model/model.ts'
import type { Change } from '../command/change.ts'
import { keyText } from '../command/key-text.ts'
import {
  decimalOf,
  numberOf,
  type Row,
  requiredDecimal,
  requiredNumber,
  requiredText,
  textOf,
} from '../command/row.ts'
import type { Rule } from '../command/rule.ts'
import type { WriteContext } from '../command/write-context.ts'
import { roundedProduct } from '../money/round-amount.ts'
import { closedStates } from './service-call-states.ts'

const serviceCallDetail: Rule = {
  number: 'R-092',
  on: ['create', 'update'],
  errors: ['SERVICE_CALL_CLOSED', 'DIVISION_MISMATCH', 'VALUE_OUT_OF_RANGE'],
  lockFirst: lockCallOf,
  async prepare(change, context) {
    const callId = requiredNumber(change.after, 'ServiceCallId')
    await context.lock('ServiceCall', callId)
    if (change.kind === 'create') change.set('LineNo', await nextLine(callId, context))
    if (change.after['DetailDate'] === null) change.set('DetailDate', context.now.toISOString())
    await setPrice(change, context)
    change.set('Amount', amountOf(change.after).toFixed(2))
  },
  async check(change, context) {
    refuseTooMuch(change, 'Amount', requiredDecimal(change.after, 'Amount'))
    const call = await callOf(change, context)
    if (Object.keys(change.differences()).length > 0) refuseClosed(change, call)
    await refuseForeign(change, call, context)
  },
  apply: updateCost,
}

/** what was closed keeps its details. */
const deletedDetail: Rule = {
  number: 'R-012',
  on: ['delete'],
  errors: ['SERVICE_CALL_CLOSED'],
  lockFirst: lockCallOf,
  async check(change, context) {
    refuseClosed(change, await callOf(change, context))
  },
  apply: updateCost,
}

export const serviceCallDetailRules: readonly Rule[] = [serviceCallDetail, deletedDetail]

async function lockCallOf(id: number, context: WriteContext): Promise<void> {
  const detail = await context.find('ServiceCallDetail', id)
  if (detail !== undefined) await context.lock('ServiceCall', numberOf(detail, 'ServiceCallId'))
}

function callOf({ after }: Change, context: WriteContext): Promise<Row> {
  return context.get('ServiceCall', requiredNumber(after, 'ServiceCallId'))
}

async function nextLine(callId: number, context: WriteContext): Promise<number> {
  const [used] = await context.read(
    `select max(line_no) as greatest from service_call_details
      where account_id = $1 and service_call_id = $2`,
    [context.accountId, callId],
    { ServiceCallDetail: { ServiceCallId: callId } },
  )
  return Number(used?.['greatest'] ?? 0) + 1
}

/** Labour without a price costs what the employee costs; the price stays when his rate changes later. */
async function setPrice(change: Change, context: WriteContext): Promise<void> {
  const { after } = change
  const employeeId = numberOf(after, 'EmployeeId')
  if (after['UnitPrice'] !== null || after['DetailType'] !== 'M' || employeeId === null) return
  const employee = await context.get('Employee', employeeId)
  change.set('UnitPrice', textOf(employee, 'HourlyRate'))
}

/** A note costs nothing, whatever its price; nor does what has none. */
function amountOf(detail: Row): Decimal {
  const price = decimalOf(detail, 'UnitPrice')
  if (price === null || requiredText(detail, 'DetailType') === 'N') return new Decimal(0)
  return roundedProduct(requiredDecimal(detail, 'Quantity'), price)
}

/** What an amount has room for. */
const AMOUNT_MAX = '9999999999.99'

function refuseTooMuch(change: Change, field: string, amount: Decimal): boolean {
  if (amount.lessThanOrEqualTo(AMOUNT_MAX)) return false
  change.refuse('VALUE_OUT_OF_RANGE', { field, min: 0, max: AMOUNT_MAX }, { target: field })
  return true
}

function refuseClosed(change: Change, call: Row): void {
  if (!closedStates.includes(requiredText(call, 'Status'))) return
  const key = keyText(model.getType('ServiceCall'), call)
  change.refuse('SERVICE_CALL_CLOSED', { key }, { target: 'ServiceCallId' })
}

/** The contractor works for the company of the call, and his invoice is to its company-division. */
async function refuseForeign(change: Change, call: Row, context: WriteContext): Promise<void> {
  for (const [identifier, entity, owner] of OWNERS) {
    const id = numberOf(change.after, identifier)
    if (id === null || !change.changes(identifier)) continue
    const row = await context.get(entity, id)
    if (owner.every((name) => row[name] === call[name])) continue
    const key = keyText(model.getType(entity), row)
    change.refuse('DIVISION_MISMATCH', { entity, key }, { target: identifier })
  }
}

const OWNERS = [
  ['SupplierId', 'Supplier', ['CompanyNo']],
  ['InvoiceId', 'Invoice', ['CompanyNo', 'DivisionNo']],
] as const

/** The sum of the details; a cost that stays is no change of the call. */
async function updateCost(change: Change, context: WriteContext): Promise<void> {
  const call = await callOf(change, context)
  const callId = requiredNumber(call, 'Id')
  const [sum] = await context.query(
    `select coalesce(sum(amount), 0) as cost from service_call_details
      where account_id = $1 and service_call_id = $2`,
    [context.accountId, callId],
  )
  const cost = new Decimal(sum?.['cost'] ?? 0)
  if (refuseTooMuch(change, 'Amount', cost)) return change.throwRefusals()
  if (!cost.equals(requiredDecimal(call, 'ActualCost')))
    await context.update('ServiceCall', callId, { ActualCost: cost.toFixed(2) })
}
