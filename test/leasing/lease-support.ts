/** New leases as integrators ask for them, and tenants to give them to. */

import { expect } from 'vitest'
import type { Answer, TestApp } from '../support/test-app.ts'

export type Body = Readonly<Record<string, unknown>>

export interface LeaseRow {
  readonly Id: number
  readonly LeaseNo: string
  readonly Status: string
  readonly StartDate: string
  readonly EndDate: string | null
  readonly HeldThroughDate: string | null
  readonly ModifiedDate: string
}

/** A year from 2026-07-01 at 1000.00, on a unit and for a tenant of `changes`. */
function leaseBody(changes: Body): Body {
  return { StartDate: '2026-07-01', EndDate: '2027-06-30', RentAmount: 1000, ...changes }
}

export function send(app: TestApp, method: string, path: string, body: Body): Promise<Answer> {
  return app.ask(path, {
    method,
    body: JSON.stringify(body),
    headers: { 'content-type': 'application/json' },
  })
}

export function postLease(app: TestApp, changes: Body): Promise<Answer> {
  return send(app, 'POST', '/api/Leases', leaseBody(changes))
}

/** The same without effect: whether it would be taken, and as what. */
export function tryLease(app: TestApp, changes: Body): Promise<Answer> {
  return send(app, 'POST', '/api/Leases?dryRun=true', leaseBody(changes))
}

/** The row of an answer that has this status. */
export function rowOf(answer: Answer, status: number): LeaseRow & Body {
  expect([answer.status, answer.status === status ? '' : answer.text]).toEqual([status, ''])
  // An answer of this status holds the lease.
  return answer.json as LeaseRow & Body
}

/** Status, code, target and message of a refusal. */
export function refusalOf(answer: Answer): readonly unknown[] {
  // Every refusal has this body.
  const { error } = answer.json as { error?: { code: string; target?: string; message: string } }
  return [answer.status, error?.code, error?.target, error?.message]
}

/** Status and codes of a refusal, all of them. */
export function codesOf(answer: Answer): readonly unknown[] {
  // Every refusal has this body.
  const { error } = answer.json as { error?: { code: string; details?: { code: string }[] } }
  return [answer.status, ...(error?.details?.map(({ code }) => code) ?? [error?.code])]
}

/** A tenant without any lease; gives his Id. */
export async function makeTenant(app: TestApp, divisionId = 4): Promise<number> {
  const body = { LedgerDivisionId: divisionId, LastName: 'Essai' }
  return rowOf(await send(app, 'POST', '/api/Tenants', body), 201).Id
}

export async function makeTenants(app: TestApp, count: number): Promise<readonly number[]> {
  return Promise.all(Array.from({ length: count }, () => makeTenant(app)))
}
