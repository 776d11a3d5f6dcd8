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

/** Tenants of a division, without any lease; gives their Ids. */
async function makeTenants(
  app: TestApp,
  count: number,
  divisionId = 4,
): Promise<readonly number[]> {
  return app.column<number>(
    `insert into tenants (account_id, id, ledger_division_id, company_no, division_no, tenant_type,
            tenant_no, last_name, status, late_notice_level, nsf_count, balance, balance_due)
     select 1, allocate_ids(1, 'Tenant', 1), d.id, d.company_no, d.division_no, 'D',
            (select max(t.tenant_no) from tenants t where t.account_id = 1) + n, 'Essai', 'N', 0, 0, 0, 0
       from generate_series(1, $1) n, ledger_divisions d
      where d.account_id = 1 and d.id = $2
     returning id`,
    [count, divisionId],
  )
}

/** The first of them. */
export async function makeTenant(app: TestApp, divisionId = 4): Promise<number> {
  const [id] = await makeTenants(app, 1, divisionId)
  if (id === undefined) throw new Error('No tenant was made')
  return id
}
