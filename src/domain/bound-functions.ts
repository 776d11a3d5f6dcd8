/** The bound functions that are served: how each checks its parameters and what its SQL function is given. */

import { availabilityRange } from './leasing/availability.ts'
import { type ForRentParameters, forRentArguments } from './leasing/for-rent.ts'
import { rentOnDate } from './leasing/rent-on.ts'

/** Parameters by name, as texts; absent when omitted. */
type FunctionParameters = Readonly<Record<string, string | undefined>>

/** Arguments after the account, the business date and a bound entity's Id, in the order of the SQL function. */
export type FunctionRule = (
  parameters: FunctionParameters,
  businessDate: string,
) => readonly (string | null)[]

const rules: Readonly<Record<string, FunctionRule>> = {
  'Units/ForRent': (parameters: ForRentParameters, businessDate) => {
    const { startDate, endDate, minimumDays } = forRentArguments(parameters, businessDate)
    return [startDate, endDate, minimumDays === null ? null : String(minimumDays)]
  },
  'Units/Availability': availabilityRange,
  'Parkings/Availability': availabilityRange,
  'Storages/Availability': availabilityRange,
  'Leases/RentOn': (parameters) => [rentOnDate(parameters)],
}

/** The rule of an operation that the model offers. */
export function functionRule(operation: {
  readonly set: string
  readonly name: string
}): FunctionRule {
  const rule = rules[`${operation.set}/${operation.name}`]
  if (rule === undefined)
    throw new Error(`${operation.set}/${operation.name} is offered but has no rule`)
  return rule
}
