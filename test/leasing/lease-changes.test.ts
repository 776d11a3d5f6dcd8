/** Leases that exist: what may change, what follows, cancellation and assignment. */

import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { startTestApp, type TestApp } from '../support/test-app.ts'
import { lastEvents } from '../support/writing.ts'
import {
  type Body,
  codesOf,
  makeTenant,
  postLease,
  refusalOf,
  rowOf,
  send,
  tryLease,
} from './lease-support.ts'

let app: TestApp

beforeAll(async () => {
  app = await startTestApp()
})

afterAll(() => app.close())

function patch(id: number, body: Body, on = app) {
  return send(on, 'PATCH', `/api/Leases(${id})`, body)
}

async function read(path: string, on = app): Promise<Body> {
  return rowOf(await on.ask(path), 200)
}

describe('R-020 Interval held by a lease that changes', () => {
  test('IsRenewable decides: null while renewable, the end date when not, and back', async () => {
    const ended = rowOf(await patch(9214, { IsRenewable: false }), 200)
    expect(ended.HeldThroughDate).toBe('2026-06-30')
    expect(await read('/api/Units(9014)')).toMatchObject({
      AvailableDate: '2026-07-01',
      OccupancyStatus: 'L',
    })
    expect(await lastEvents(app)).toEqual(['Lease 9214 1', 'Unit 9014 1'])
    const again = rowOf(await patch(9214, { IsRenewable: true }), 200)
    expect(again.HeldThroughDate).toBeNull()
    expect((await read('/api/Units(9014)'))['AvailableDate']).toBeNull()
  })

  test('with a departure the earlier of both', async () => {
    // Tenant 9125 leaves on 2026-07-31, his lease ends on 2027-06-30.
    expect(rowOf(await patch(9225, { IsRenewable: false }), 200).HeldThroughDate).toBe('2026-07-31')
    expect(rowOf(await patch(9225, { IsRenewable: true }), 200).HeldThroughDate).toBe('2026-07-31')
  })

  test('the same value again changes nothing', async () => {
    const before = await read('/api/Leases(9215)')
    expect(rowOf(await patch(9215, { IsRenewable: true }), 200)).toEqual(before)
  })

  test('a term that is over when it is entered rolls over to the one that contains T', async () => {
    const tenant = await makeTenant(app)
    const dates = { StartDate: '2024-05-01', EndDate: '2025-04-30' }
    // Unit 9010 is the superintendent's: nobody had it before.
    await app.sql('update units set is_rentable = true where account_id = 1 and id = 9010')
    const lease = await postLease(app, { UnitId: 9010, TenantId: tenant, ...dates })
    expect(rowOf(lease, 201)).toMatchObject({
      StartDate: '2024-05-01',
      TermStartDate: '2026-05-01',
      EndDate: '2027-04-30',
      TermMonths: 12,
      RenewalCount: 2,
      NoticeWindowStart: '2026-11-01',
      NoticeWindowEnd: '2027-01-31',
      HeldThroughDate: null,
    })
  })
})

describe('R-021 Consistency of a lease that changes', () => {
  test('an indeterminate lease stays renewable', async () => {
    expect(refusalOf(await patch(9209, { IsRenewable: false }))).toEqual([
      400,
      'INVALID_CODE',
      'IsRenewable',
      "Le code « false » n'est pas permis pour le champ IsRenewable.",
    ])
  })

  test('a signature makes a draft a lease to come, one taken back a draft again', async () => {
    const tenant = await makeTenant(app)
    const draft = rowOf(await postLease(app, { UnitId: 9001, TenantId: tenant }), 201)
    expect(draft.Status).toBe('P')
    const signed = await patch(draft.Id, { SignedDate: '2026-06-14' })
    expect(rowOf(signed, 200).Status).toBe('S')
    expect(await lastEvents(app)).toEqual([`Lease ${draft.Id} 1`])
    expect(rowOf(await patch(draft.Id, { SignedDate: null }), 200).Status).toBe('P')
  })

  test.each([
    ['StartDate', '2025-07-02'],
    ['EndDate', '2027-06-30'],
    ['UnitId', 9003],
    ['TenantId', 9171],
    ['RentAmount', 1100],
    ['LeaseCategory', 'C'],
    ['LeaseNo', 'L-1'],
  ])('R-008 %s cannot change once the lease exists', async (field, value) => {
    expect(refusalOf(await patch(9202, { [field]: value })).slice(0, 3)).toEqual([
      400,
      'FIELD_IMMUTABLE',
      field,
    ])
  })
})

describe('R-022, R-023 A lease that holds more than before', () => {
  test('cannot become renewable in front of another lease of the unit', async () => {
    const tenant = await makeTenant(app)
    const summer = { UnitId: 9007, TenantId: tenant, EndDate: '2026-09-30', IsRenewable: false }
    const { Id } = rowOf(await postLease(app, summer), 201)
    expect(refusalOf(await patch(Id, { IsRenewable: true }))).toEqual([
      409,
      'LEASE_OVERLAP',
      'IsRenewable',
      "L'unité 3-2 900DEMO 107 est déjà louée du 2026-10-01 au … (bail L-9257).",
    ])
  })

  test('nor in front of another lease of its tenant', async () => {
    const tenant = await makeTenant(app)
    const first = { UnitId: 9004, TenantId: tenant, StartDate: '2026-09-01', EndDate: '2026-10-31' }
    const { Id } = rowOf(await postLease(app, { ...first, IsRenewable: false }), 201)
    const next = { UnitId: 9017, TenantId: tenant, StartDate: '2026-11-01' }
    const other = rowOf(await postLease(app, next), 201)
    expect(refusalOf(await patch(Id, { IsRenewable: true }))).toEqual([
      409,
      'TENANT_LEASE_OVERLAP',
      'IsRenewable',
      expect.stringContaining(`(bail ${other.LeaseNo})`),
    ])
  })
})

describe('R-038 Conditions of a lease that changes', () => {
  test('no deposit and no commercial rent basis for a dwelling', async () => {
    expect(codesOf(await patch(9202, { DepositAmount: 1, NetLeaseType: 'N' }))).toEqual([
      400,
      'DEPOSIT_FORBIDDEN',
      'INVALID_CODE',
    ])
  })

  test('a tax mode of leases only', async () => {
    expect(codesOf(await patch(9601, { TaxMode: 'S' }))).toEqual([400, 'INVALID_CODE'])
    expect(rowOf(await patch(9601, { TaxMode: 'T' }), 200)['TaxMode']).toBe('T')
  })
})

describe('R-045 Section F of the lease', () => {
  // Building 636, of 3-1, was ready for use on 2023-05-01.
  const ending = { EndDate: '2029-04-30', IsSectionF: true }

  test('(1) while the five years run', async () => {
    const own = { UnitId: 4112, TenantId: await makeTenant(app, 3), ...ending }
    expect(rowOf(await tryLease(app, own), 201)['IsSectionF']).toBe(true)
    rowOf(await tryLease(app, { ...own, StartDate: '2028-04-30' }), 201)
    expect(refusalOf(await tryLease(app, { ...own, StartDate: '2028-05-01' }))).toEqual([
      400,
      'SECTION_F_NOT_APPLICABLE',
      'IsSectionF',
      "La section F ne s'applique pas à ce logement le 2028-05-01.",
    ])
  })

  test('(2) the rent at the start may not exceed the maximum declared', async () => {
    const own = { UnitId: 4112, TenantId: await makeTenant(app, 3), ...ending }
    const rent = { SectionFMaximumRent: 1400 }
    rowOf(await tryLease(app, { ...own, ...rent, RentAmount: 1400 }), 201)
    expect(refusalOf(await tryLease(app, { ...own, ...rent, RentAmount: 1450 }))).toEqual([
      400,
      'SECTION_F_MAXIMUM_EXCEEDED',
      'RentAmount',
      'Le loyer dépasse le maximum déclaré à la section F (1400.00).',
    ])
  })

  test('(3) ready on 2024-02-21 or later: the maximum is required', async () => {
    const own = { UnitId: 4112, TenantId: await makeTenant(app, 3), ...ending }
    const ready = (date: string): Promise<unknown> =>
      app.sql('update buildings set ready_for_use_date = $1 where account_id = 1 and id = 636', [
        date,
      ])
    for (const date of ['2024-02-21', '2024-05-01']) {
      await ready(date)
      expect(refusalOf(await tryLease(app, own))).toEqual([
        400,
        'REQUIRED_FIELD',
        'SectionFMaximumRent',
        'Le champ SectionFMaximumRent est obligatoire.',
      ])
    }
    await ready('2024-02-20')
    rowOf(await tryLease(app, own), 201)
    await ready('2023-05-01')
  })

  test('a co-operative needs no date, another building one', async () => {
    const own = { UnitId: 9003, TenantId: await makeTenant(app), IsSectionF: true }
    expect(codesOf(await tryLease(app, own))).toEqual([400, 'SECTION_F_NOT_APPLICABLE'])
    const type = (code: string): Promise<unknown> =>
      app.sql('update buildings set building_type = $1 where account_id = 1 and id = 900', [code])
    await type('COO')
    rowOf(await tryLease(app, own), 201)
    await type('RES')
  })

  test('a lease that gets section F later is held to the same', async () => {
    expect(codesOf(await patch(9202, { IsSectionF: true }))).toEqual([
      400,
      'SECTION_F_NOT_APPLICABLE',
    ])
    const own = { UnitId: 4112, TenantId: await makeTenant(app, 3), EndDate: '2027-06-30' }
    const { Id } = rowOf(await postLease(app, own), 201)
    expect(
      refusalOf(await patch(Id, { IsSectionF: true, SectionFMaximumRent: 999.99 })).slice(0, 3),
    ).toEqual([400, 'SECTION_F_MAXIMUM_EXCEEDED', 'SectionFMaximumRent'])
    rowOf(await patch(Id, { IsSectionF: true, SectionFMaximumRent: 1000 }), 200)
  })
})

describe('R-046 New lessee notice and copy of the lease', () => {
  test('(1) the lowest rent in force in the twelve months before: after an increase, the higher', async () => {
    const other = await startTestApp()
    try {
      // Lease 9211 itself makes way for the one of the example.
      const cancelled = await send(other, 'POST', '/api/Leases(9211)/Cancel', {
        Reason: 'Désistement',
      })
      rowOf(cancelled, 200)
      const own = { UnitId: 9011, TenantId: await makeTenant(other) }
      expect(rowOf(await tryLease(other, own), 201)['NoticeNewLesseeRent']).toBe(985)
    } finally {
      await other.close()
    }
  })

  test('(2) unit 9003, empty since 2026-01-31 at 940.00', async () => {
    const own = { UnitId: 9003, TenantId: await makeTenant(app) }
    expect(rowOf(await tryLease(app, own), 201)['NoticeNewLesseeRent']).toBe(940)
    expect(rowOf(await tryLease(app, { ...own, NoticeNewLesseeRent: 900 }), 201)).toMatchObject({
      NoticeNewLesseeRent: 900,
    })
    // A year after the last day of that lease nothing is to be declared.
    const later = { ...own, StartDate: '2027-02-01', EndDate: '2028-01-31' }
    expect(rowOf(await tryLease(app, later), 201)['NoticeNewLesseeRent']).toBeNull()
    const onTheDay = { ...own, StartDate: '2027-01-31', EndDate: '2028-01-30' }
    expect(rowOf(await tryLease(app, onTheDay), 201)['NoticeNewLesseeRent']).toBe(940)
  })

  test('a commercial lease has no such notice', async () => {
    const own = { UnitId: 9003, TenantId: await makeTenant(app), LeaseCategory: 'C' }
    expect(rowOf(await tryLease(app, own), 201)['NoticeNewLesseeRent']).toBeNull()
  })

  test('the copy is delivered on or after the signature', async () => {
    const own = { UnitId: 9003, TenantId: await makeTenant(app), SignedDate: '2026-06-10' }
    expect(refusalOf(await tryLease(app, { ...own, CopyDeliveredDate: '2026-06-09' }))).toEqual([
      400,
      'DATE_ORDER',
      'CopyDeliveredDate',
      'La date CopyDeliveredDate doit être égale ou postérieure à SignedDate.',
    ])
    rowOf(await tryLease(app, { ...own, CopyDeliveredDate: '2026-06-10' }), 201)
    expect(codesOf(await patch(9202, { SignedDate: '2026-06-14' }))).toEqual([400, 'DATE_ORDER'])
  })
})

describe('R-047 Cancelling a lease', () => {
  const cancel = (id: number, body: Body = { Reason: 'Désistement' }, on = app) =>
    send(on, 'POST', `/api/Leases(${id})/Cancel`, body)

  test('(1) lease 9255, which starts on 2026-07-01', async () => {
    expect(rowOf(await cancel(9255), 200)).toMatchObject({
      Id: 9255,
      Status: 'X',
      CancelledDate: '2026-06-15',
      CancelReason: 'Désistement',
    })
    expect(await lastEvents(app)).toEqual(['Lease 9255 1', 'Tenant 9155 1', 'Unit 9005 1'])
    expect(await read('/api/Units(9005)')).toMatchObject({
      AvailableDate: '2026-07-01',
      NextLeaseStartDate: null,
    })
    // The unit is free at once for another.
    const own = { UnitId: 9005, TenantId: await makeTenant(app) }
    rowOf(await tryLease(app, own), 201)
  })

  test('asked again it stays as it is', async () => {
    const before = await read('/api/Leases(9255)')
    expect(rowOf(await cancel(9255, { Reason: 'Autre' }), 200)).toEqual(before)
  })

  test('it stays cancelled: becoming renewable brings no day back', async () => {
    await patch(9255, { IsRenewable: false })
    expect(rowOf(await patch(9255, { IsRenewable: true }), 200)).toMatchObject({ Status: 'X' })
    expect((await read('/api/Units(9005)'))['AvailableDate']).toBe('2026-07-01')
  })

  test('(2) lease 9202 has started', async () => {
    expect(refusalOf(await cancel(9202))).toEqual([
      409,
      'LEASE_ALREADY_STARTED',
      undefined,
      'Le bail L-9202 est débuté; inscrivez plutôt une date de départ.',
    ])
  })

  test('a lease that starts on T has started', async () => {
    const own = { UnitId: 9003, TenantId: await makeTenant(app), StartDate: '2026-06-15' }
    const { Id } = rowOf(
      await postLease(app, { ...own, IsRenewable: false, EndDate: '2026-06-30' }),
      201,
    )
    expect(codesOf(await cancel(Id))).toEqual([409, 'LEASE_ALREADY_STARTED'])
  })

  test('a reason is required, and nothing else is taken', async () => {
    expect(refusalOf(await cancel(9256, {})).slice(0, 3)).toEqual([400, 'REQUIRED_FIELD', 'Reason'])
    expect(codesOf(await cancel(9256, { Reason: 'x', Because: 'y' }))).toEqual([
      400,
      'UNKNOWN_FIELD',
    ])
    expect(codesOf(await cancel(9256, { Reason: 'x'.repeat(201) }))).toEqual([
      400,
      'MAX_LENGTH_EXCEEDED',
    ])
    expect((await cancel(77_777)).status).toBe(404)
  })

  test('charges that are not reversed stand against it', async () => {
    await app.sql(
      `insert into receivable_transactions (account_id, id, company_no, division_no, tenant_type, tenant_no,
              transaction_no, tenant_id, ledger_division_id, transaction_type, transaction_date, due_date,
              period, amount, total_amount, open_amount, lease_id, is_reversed, reverses_transaction_id)
       select 1, 990000 + n, t.company_no, t.division_no, t.tenant_type, t.tenant_no, 990000 + n, t.id,
              t.ledger_division_id, 'FA', '2026-06-10', '2026-07-01', '2026-06',
              case n when 1 then 1000 else -1000 end, case n when 1 then 1000 else -1000 end, 0, 9256,
              false, case n when 2 then 990001 end
         from tenants t, generate_series(1, 2) n where t.account_id = 1 and t.id = 9156`,
    )
    expect(refusalOf(await cancel(9256))).toEqual([
      409,
      'LEASE_HAS_CHARGES',
      undefined,
      'Le bail L-9256 a des facturations non renversées.',
    ])
    await app.sql(
      'update receivable_transactions set is_reversed = true where account_id = 1 and id = 990001',
    )
    rowOf(await cancel(9256), 200)
  })

  test('planned rent changes and renewals go with it', async () => {
    await app.sql(
      `insert into lease_renewals (account_id, id, lease_id, company_no, division_no, tenant_type, tenant_no,
              status, new_start_date, current_rent, new_rent, increase_amount, increase_percent)
       select 1, 990001, l.id, l.company_no, l.division_no, l.tenant_type, l.tenant_no, 'P', '2029-07-01',
              1000, 1010, 10, 1 from leases l where l.account_id = 1 and l.id = 9211`,
    )
    rowOf(await cancel(9211), 200)
    expect(await lastEvents(app)).toEqual([
      'Lease 9211 1',
      'LeasePriceChange 701 1',
      'LeasePriceChange 702 1',
      'LeaseRenewal 990001 1',
      'Tenant 9111 1',
      'Unit 9011 1',
    ])
    const statuses = await app.column<string>(
      `select status from lease_price_changes where account_id = 1 and lease_id = 9211
       union all select status from lease_renewals where account_id = 1 and lease_id = 9211`,
    )
    expect(statuses).toEqual(['X', 'X', 'X'])
    expect((await read('/api/Units(9011)'))['AvailableDate']).toBe('2026-06-15')
  })

  test('it is asked for by POST', async () => {
    for (const method of ['GET', 'PATCH', 'DELETE']) {
      const answer = await app.ask('/api/Leases(9257)/Cancel', {
        method,
        ...(method === 'PATCH'
          ? { body: '{}', headers: { 'content-type': 'application/json' } }
          : {}),
      })
      expect([method, answer.status, answer.headers.allow]).toEqual([method, 405, 'POST, OPTIONS'])
    }
  })

  test('a dry run cancels nothing', async () => {
    const before = await read('/api/Leases(9257)')
    const tried = await send(app, 'POST', '/api/Leases(9257)/Cancel?dryRun=true', { Reason: 'x' })
    expect(rowOf(tried, 200)).toMatchObject({ Status: 'X' })
    expect(await read('/api/Leases(9257)')).toEqual(before)
  })

  test('another account, which has a lease of that Id too, cancels its own', async () => {
    const answer = await app.ask('/api/Leases(9257)/Cancel', {
      as: 'other',
      method: 'POST',
      body: '{"Reason":"x"}',
      headers: { 'content-type': 'application/json' },
    })
    expect(answer.status).toBe(200)
    expect((await read('/api/Leases(9257)'))['Status']).toBe('S')
  })
})

describe('R-047 Assigning a lease', () => {
  // Lease 9225 of unit 9025: 990.00, to 2027-06-30; tenant 9125 leaves on 2026-07-31, reason C.
  const assigned = {
    UnitId: 9025,
    AssignedFromLeaseId: 9225,
    StartDate: '2026-08-01',
    EndDate: '2027-06-30',
    RentAmount: 990,
  }
  const refused = (target: string) => [
    400,
    'ASSIGNMENT_CONDITIONS_DIFFER',
    target,
    "Une cession conserve le loyer, la date de fin et l'unité du bail cédé.",
  ]

  test('(3) at 1050.00 refused, at 990.00 accepted', async () => {
    const own = { ...assigned, TenantId: await makeTenant(app) }
    expect(refusalOf(await tryLease(app, { ...own, RentAmount: 1050 }))).toEqual(
      refused('RentAmount'),
    )
    expect(rowOf(await tryLease(app, own), 201)).toMatchObject({ AssignedFromLeaseId: 9225 })
  })

  test('another end, start or unit is no assignment', async () => {
    const own = { ...assigned, TenantId: await makeTenant(app) }
    expect(refusalOf(await tryLease(app, { ...own, EndDate: '2027-07-31' }))).toEqual(
      refused('EndDate'),
    )
    expect(refusalOf(await tryLease(app, { ...own, StartDate: '2026-08-02' }))).toEqual(
      refused('StartDate'),
    )
    expect(refusalOf(await tryLease(app, { ...own, UnitId: 9003 }))).toEqual(refused('UnitId'))
  })

  test('the assignor leaves for that reason', async () => {
    // Tenant 9117 leaves on 2026-06-30 at the end of his lease, tenant 9102 stays.
    const tenant = await makeTenant(app)
    const own = { ...assigned, TenantId: tenant, UnitId: 9017, AssignedFromLeaseId: 9217 }
    expect(codesOf(await tryLease(app, own))).toContain('ASSIGNMENT_CONDITIONS_DIFFER')
    const stays = { ...assigned, TenantId: tenant, UnitId: 9002, AssignedFromLeaseId: 9202 }
    expect(codesOf(await tryLease(app, stays))).toContain('ASSIGNMENT_CONDITIONS_DIFFER')
  })

  test('the rent in force on its first day counts', async () => {
    const own = { ...assigned, TenantId: await makeTenant(app) }
    await app.sql(
      `insert into lease_price_changes (account_id, id, lease_id, company_no, division_no, tenant_type,
              tenant_no, effective_date, new_amount, change_type, status)
       select 1, 990001, id, company_no, division_no, tenant_type, tenant_no, '2026-08-01', 980, 'E', 'P'
         from leases where account_id = 1 and id = 9225`,
    )
    expect(refusalOf(await tryLease(app, own))).toEqual(refused('RentAmount'))
    rowOf(await tryLease(app, { ...own, RentAmount: 980 }), 201)
  })
})
