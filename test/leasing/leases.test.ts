/** Creating leases: what they hold, what they must agree with, and what follows for unit and tenant. */

import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { startTestApp, type TestApp } from '../support/test-app.ts'
import {
  codesOf,
  makeTenant,
  postLease,
  refusalOf,
  rowOf,
  send,
  tryLease,
} from './lease-support.ts'

let app: TestApp
/** One without any lease, of division 3-2. */
let tenant: number

beforeAll(async () => {
  app = await startTestApp()
  tenant = await makeTenant(app)
})

afterAll(() => app.close())

describe('R-002 Unit and tenant by their legacy keys', () => {
  test('designate the same rows as identifiers', async () => {
    const keys = {
      CompanyNo: 3,
      DivisionNo: 2,
      BuildingCode: '900demo ',
      UnitCode: ' 103',
      TenantType: 's',
      TenantNo: 1,
    }
    expect(rowOf(await tryLease(app, keys), 201)).toMatchObject({
      UnitId: 9003,
      TenantId: 9171,
      BuildingCode: '900DEMO',
      UnitCode: '103',
    })
  })
})

describe('R-003 LeaseNo omitted', () => {
  test('is L- and the Id', async () => {
    const lease = rowOf(await tryLease(app, { UnitId: 9003, TenantId: tenant }), 201)
    expect(lease.LeaseNo).toBe(`L-${lease.Id}`)
  })

  test('given, it is kept; a second one in the division is a duplicate', async () => {
    const own = { UnitId: 9003, TenantId: tenant, LeaseNo: 'BAIL-7' }
    expect(rowOf(await tryLease(app, own), 201).LeaseNo).toBe('BAIL-7')
    expect(refusalOf(await tryLease(app, { ...own, LeaseNo: 'L-9202' }))).toEqual([
      409,
      'DUPLICATE_KEY',
      'LeaseNo',
      'Un enregistrement Lease existe déjà avec la clé 3-2 L-9202.',
    ])
  })
})

describe('R-020 Interval held by a lease', () => {
  test('(2) renewable, no departure: without end', async () => {
    const lease = rowOf(await tryLease(app, { UnitId: 9003, TenantId: tenant }), 201)
    expect(lease.HeldThroughDate).toBeNull()
  })

  test('(3) not renewable, no departure: through the end date', async () => {
    const fixed = { UnitId: 9003, TenantId: tenant, IsRenewable: false }
    expect(rowOf(await tryLease(app, fixed), 201).HeldThroughDate).toBe('2027-06-30')
  })

  test('a draft holds like a signed lease', async () => {
    const draft = { UnitId: 9003, TenantId: tenant }
    const signed = { ...draft, SignedDate: '2026-06-10' }
    expect(rowOf(await tryLease(app, draft), 201)).toMatchObject({
      Status: 'P',
      HeldThroughDate: null,
    })
    expect(rowOf(await tryLease(app, signed), 201)).toMatchObject({
      Status: 'S',
      HeldThroughDate: null,
    })
  })

  test('with a departure: through the departure, or through an end date before it', async () => {
    // Tenant 9102 leaves 2026-12-31, and his lease of unit 9002 never was.
    const other = await startTestApp()
    try {
      await other.sql(
        'update leases set cancelled_date = $1, status = $2 where account_id = 1 and id = 9202',
        ['2026-06-01', 'X'],
      )
      await other.sql(
        "update tenants set departure_date = '2026-12-31', departure_reason = 'E' where account_id = 1 and id = 9102",
      )
      const held = async (changes: Record<string, unknown>): Promise<unknown> =>
        rowOf(await tryLease(other, { UnitId: 9003, TenantId: 9102, ...changes }), 201)
          .HeldThroughDate
      expect(await held({})).toBe('2026-12-31')
      expect(await held({ IsRenewable: false })).toBe('2026-12-31')
      expect(await held({ IsRenewable: false, EndDate: '2026-10-31' })).toBe('2026-10-31')
      expect(await held({ LeaseType: 'I', EndDate: null })).toBe('2026-12-31')
    } finally {
      await other.close()
    }
  })

  test('a tenant who left before the start would hold nothing: refused', async () => {
    // Tenant 9161 left unit 9011 on 2026-05-31.
    expect(refusalOf(await tryLease(app, { UnitId: 9003, TenantId: 9161 }))).toEqual([
      400,
      'DATE_ORDER',
      'StartDate',
      'La date DepartureDate doit être égale ou postérieure à StartDate.',
    ])
  })
})

describe('R-021 Consistency of a lease', () => {
  test('(1) 2026-07-01 → 2029-06-30: 36 months', async () => {
    const long = { UnitId: 9003, TenantId: tenant, EndDate: '2029-06-30' }
    expect(rowOf(await tryLease(app, long), 201)).toMatchObject({
      TermMonths: 36,
      TermStartDate: '2026-07-01',
      RenewalCount: 0,
    })
  })

  test('(2) 2026-07-15 → 2027-06-30: no whole months', async () => {
    const odd = { UnitId: 9003, TenantId: tenant, StartDate: '2026-07-15' }
    expect(rowOf(await tryLease(app, odd), 201)['TermMonths']).toBeNull()
  })

  test('(3) unit 9010 is administrative', async () => {
    expect(refusalOf(await tryLease(app, { UnitId: 9010, TenantId: tenant }))).toEqual([
      409,
      'UNIT_NOT_RENTABLE',
      'UnitId',
      "L'unité 3-2 900DEMO 110 n'est pas louable.",
    ])
  })

  test('a unit that is no longer active cannot be rented', async () => {
    await app.sql('update units set is_active = false where account_id = 1 and id = 4111')
    const own = await makeTenant(app, 3)
    expect(codesOf(await tryLease(app, { UnitId: 4111, TenantId: own }))).toEqual([
      409,
      'UNIT_NOT_RENTABLE',
    ])
  })

  test('a fixed term needs an end, on or after the start', async () => {
    const own = { UnitId: 9003, TenantId: tenant }
    expect(refusalOf(await tryLease(app, { ...own, EndDate: null }))).toEqual([
      400,
      'LEASE_END_DATE_REQUIRED',
      'EndDate',
      'La date de fin est obligatoire pour un bail à durée fixe.',
    ])
    expect(refusalOf(await tryLease(app, { ...own, EndDate: '2026-06-30' }))).toEqual([
      400,
      'DATE_ORDER',
      'EndDate',
      'La date EndDate doit être égale ou postérieure à StartDate.',
    ])
    const day = { ...own, EndDate: '2026-07-01', IsRenewable: false }
    expect(rowOf(await tryLease(app, day), 201).HeldThroughDate).toBe('2026-07-01')
  })

  test('an indeterminate lease has no end and is renewable', async () => {
    const own = { UnitId: 9003, TenantId: tenant, LeaseType: 'I' }
    expect(refusalOf(await tryLease(app, own))).toEqual([
      400,
      'LEASE_END_DATE_FORBIDDEN',
      'EndDate',
      "Un bail à durée indéterminée n'a pas de date de fin.",
    ])
    expect(refusalOf(await tryLease(app, { ...own, EndDate: null, IsRenewable: false }))).toEqual([
      400,
      'INVALID_CODE',
      'IsRenewable',
      "Le code « false » n'est pas permis pour le champ IsRenewable.",
    ])
    expect(rowOf(await tryLease(app, { ...own, EndDate: null }), 201)).toMatchObject({
      HeldThroughDate: null,
      TermMonths: null,
      NoticeWindowStart: null,
    })
  })

  test('a term of 100 years and no day more', async () => {
    const own = { UnitId: 9003, TenantId: tenant }
    expect(rowOf(await tryLease(app, { ...own, EndDate: '2126-06-30' }), 201)['TermMonths']).toBe(
      1200,
    )
    expect(refusalOf(await tryLease(app, { ...own, EndDate: '2126-07-01' }))).toEqual([
      400,
      'LEASE_TERM_TOO_LONG',
      'EndDate',
      "La durée d'un bail ne peut excéder 100 ans.",
    ])
  })

  test.each(['0001-01-01', '1899-12-31', '3000-01-01', '9999-12-31'])(
    'no lease starts on %s',
    async (StartDate) => {
      const own = { UnitId: 9003, TenantId: tenant, StartDate, EndDate: '9999-12-31' }
      expect(refusalOf(await tryLease(app, own)).slice(0, 3)).toEqual([
        400,
        'VALUE_OUT_OF_RANGE',
        'StartDate',
      ])
    },
  )

  test('unit and tenant belong to one company-division', async () => {
    // Tenant 1 is of 3-1, unit 9003 of 3-2.
    expect(refusalOf(await tryLease(app, { UnitId: 9003, TenantId: 1 }))).toEqual([
      400,
      'DIVISION_MISMATCH',
      'TenantId',
      'Tenant 3-1 D 1.0 appartient à une autre compagnie-division.',
    ])
  })

  test('a unit of commercial or industrial use takes commercial leases only', async () => {
    // Unit 9501 is leased through 2029-09-15 at least: its lease is not renewable in this test.
    const unit = 9501
    const commercial = await makeTenant(app, 6)
    await app.sql(
      'update leases set is_renewable = false, held_through_date = end_date where account_id = 1 and unit_id = 9501',
    )
    const free = {
      UnitId: unit,
      TenantId: commercial,
      StartDate: '2029-09-16',
      EndDate: '2034-09-15',
    }
    for (const usage of ['C', 'I']) {
      await app.sql('update units set usage_type = $2 where account_id = 1 and id = $1', [
        unit,
        usage,
      ])
      expect(refusalOf(await tryLease(app, free))).toEqual([
        400,
        'INVALID_CODE',
        'LeaseCategory',
        "Le code « R » n'est pas permis pour le champ LeaseCategory.",
      ])
      const lease = { ...free, LeaseCategory: 'C' }
      expect(rowOf(await tryLease(app, lease), 201)['LeaseCategory']).toBe('C')
    }
  })

  test('Status: P unsigned, S to come, A when T is held, else T', async () => {
    const own = { UnitId: 9003, TenantId: tenant, SignedDate: '2026-02-01', IsRenewable: false }
    const status = async (changes: Record<string, unknown>): Promise<string> =>
      rowOf(await tryLease(app, { ...own, ...changes }), 201).Status
    expect(await status({})).toBe('S')
    expect(await status({ SignedDate: null })).toBe('P')
    expect(await status({ StartDate: '2026-05-01' })).toBe('A')
    expect(await status({ StartDate: '2026-06-15' })).toBe('A')
    expect(await status({ StartDate: '2026-05-01', EndDate: '2026-06-15' })).toBe('A')
    expect(await status({ StartDate: '2026-05-01', EndDate: '2026-06-14' })).toBe('T')
  })

  test('everything that is wrong is told at once', async () => {
    const wrong = {
      UnitId: 9010,
      TenantId: tenant,
      LeaseType: 'I',
      IsRenewable: false,
      DepositAmount: 1,
    }
    expect(codesOf(await tryLease(app, wrong))).toEqual([
      400,
      'INVALID_CODE',
      'LEASE_END_DATE_FORBIDDEN',
      'UNIT_NOT_RENTABLE',
      'DEPOSIT_FORBIDDEN',
    ])
  })
})

describe('R-022 No overlapping leases on a unit', () => {
  test('(1) unit 9001: free from 2026-07-01, leased through 2026-06-30', async () => {
    rowOf(await tryLease(app, { UnitId: 9001, TenantId: tenant }), 201)
    expect(
      refusalOf(await tryLease(app, { UnitId: 9001, TenantId: tenant, StartDate: '2026-06-30' })),
    ).toEqual([
      409,
      'LEASE_OVERLAP',
      'UnitId',
      "L'unité 3-2 900DEMO 101 est déjà louée du 2025-07-01 au 2026-06-30 (bail L-9201).",
    ])
  })

  test('(2) unit 9002 is kept by a renewable lease', async () => {
    const later = { UnitId: 9002, TenantId: tenant, StartDate: '2027-07-01', EndDate: '2028-06-30' }
    expect(refusalOf(await tryLease(app, later))).toEqual([
      409,
      'LEASE_HELD_RENEWABLE',
      'UnitId',
      "L'unité 3-2 900DEMO 102 est conservée par le bail renouvelable L-9202 tant qu'aucune date de départ n'est inscrite au locataire 2.0.",
    ])
  })

  test('(2) in front of a future lease a new one must be non-renewable', async () => {
    const summer = { UnitId: 9007, TenantId: tenant, EndDate: '2026-09-30' }
    expect(refusalOf(await tryLease(app, { ...summer, IsRenewable: true }))).toEqual([
      409,
      'LEASE_OVERLAP',
      'UnitId',
      "L'unité 3-2 900DEMO 107 est déjà louée du 2026-10-01 au … (bail L-9257).",
    ])
    rowOf(await tryLease(app, { ...summer, IsRenewable: false }), 201)
    expect(
      codesOf(await tryLease(app, { ...summer, IsRenewable: false, EndDate: '2026-10-01' })),
    ).toEqual([409, 'LEASE_OVERLAP'])
  })

  test('(3) unit 9004: the start may not fall in a period of unavailability', async () => {
    expect(refusalOf(await tryLease(app, { UnitId: 9004, TenantId: tenant }))).toEqual([
      409,
      'UNIT_UNAVAILABLE',
      'StartDate',
      "L'unité 3-2 900DEMO 104 est non disponible du 2026-06-01 au 2026-08-31.",
    ])
    const september = { UnitId: 9004, TenantId: tenant, StartDate: '2026-09-01' }
    rowOf(await tryLease(app, september), 201)
    expect(codesOf(await tryLease(app, { ...september, StartDate: '2026-08-31' }))).toEqual([
      409,
      'UNIT_UNAVAILABLE',
    ])
  })

  test('a period without a known end says …', async () => {
    await app.sql(
      `insert into unavailable_units (account_id, id, unit_id, company_no, division_no, building_code,
              unit_code, start_date, end_date, reason_code)
       select account_id, allocate_ids(1, 'UnavailableUnit', 1), id, company_no, division_no,
              building_code, unit_code, '2026-09-01', null, 'R'
         from units where account_id = 1 and id = 9003`,
    )
    const own = { UnitId: 9003, TenantId: tenant, StartDate: '2026-10-01' }
    expect(refusalOf(await tryLease(app, own)).at(-1)).toBe(
      "L'unité 3-2 900DEMO 103 est non disponible du 2026-09-01 au ….",
    )
    await app.sql(
      "delete from unavailable_units where account_id = 1 and unit_id = 9003 and start_date = '2026-09-01'",
    )
  })

  test('a cancelled lease keeps nobody out', async () => {
    const other = await startTestApp()
    try {
      const own = await makeTenant(other)
      await other.sql(
        "update leases set cancelled_date = '2026-06-01', status = 'X' where account_id = 1 and id = 9202",
      )
      rowOf(await tryLease(other, { UnitId: 9002, TenantId: own }), 201)
    } finally {
      await other.close()
    }
  })
})

describe('R-023 One lease at a time per tenant account', () => {
  test('(1) tenant 9102 holds unit 9002 without end', async () => {
    expect(refusalOf(await tryLease(app, { UnitId: 9003, TenantId: 9102 }))).toEqual([
      409,
      'TENANT_LEASE_OVERLAP',
      'TenantId',
      'Le locataire 2.0 détient déjà un bail pour cette période (bail L-9202).',
    ])
  })

  test('leases of one tenant may follow each other, and UnitId follows the one that counts', async () => {
    const own = await makeTenant(app)
    const unitOf = async (): Promise<unknown> =>
      (await app.rows(`/api/Tenants?$filter=Id eq ${own}&$select=UnitId,UnitCode,Status`))[0]
    const first = { UnitId: 9013, TenantId: own, StartDate: '2026-06-20', EndDate: '2026-07-14' }
    rowOf(await postLease(app, { ...first, IsRenewable: false }), 201)
    // The next lease, since none holds T.
    expect(await unitOf()).toEqual({ UnitId: 9013, UnitCode: '113', Status: 'F' })
    rowOf(await postLease(app, { UnitId: 9001, TenantId: own, StartDate: '2026-07-15' }), 201)
    expect(await unitOf()).toEqual({ UnitId: 9013, UnitCode: '113', Status: 'F' })
    const past = { UnitId: 9003, TenantId: own, StartDate: '2026-05-01', EndDate: '2026-06-15' }
    rowOf(await postLease(app, { ...past, IsRenewable: false }), 201)
    // The one that holds T.
    expect(await unitOf()).toEqual({ UnitId: 9003, UnitCode: '103', Status: 'A' })
  })
})

describe('R-024, R-025 What a new lease makes of its unit', () => {
  test('a lease that holds T occupies the unit at once', async () => {
    const own = await makeTenant(app)
    const body = { UnitId: 2731, StartDate: '2026-06-15', EndDate: '2026-12-31', RentAmount: 1150 }
    const division = await makeTenant(app, 3)
    expect(own).not.toBe(division)
    const lease = rowOf(
      await postLease(app, {
        ...body,
        TenantId: division,
        IsRenewable: false,
        SignedDate: '2026-06-15',
      }),
      201,
    )
    const [unit] = await app.rows('/api/Units?$filter=Id eq 2731')
    expect(unit).toMatchObject({
      OccupancyStatus: 'L',
      AvailableDate: '2027-01-01',
      NextLeaseStartDate: null,
      CurrentLeaseId: lease.Id,
      CurrentTenantId: division,
      CurrentRent: 1150,
    })
    const [row] = await app.rows(`/api/Tenants?$filter=Id eq ${division}`)
    expect(row).toMatchObject({ CurrentLeaseId: lease.Id, UnitId: 2731, Status: 'A' })
  })

  test('a future lease leaves OccupancyStatus and takes AvailableDate away', async () => {
    const own = await makeTenant(app, 3)
    const before = await app.rows('/api/Units?$filter=Id eq 2909')
    expect(before).toMatchObject([{ OccupancyStatus: 'V', AvailableDate: '2026-06-15' }])
    rowOf(await postLease(app, { UnitId: 2909, TenantId: own }), 201)
    const [unit] = await app.rows('/api/Units?$filter=Id eq 2909')
    // 16 free days are fewer than the 30 of the division.
    expect(unit).toMatchObject({
      OccupancyStatus: 'V',
      AvailableDate: null,
      NextLeaseStartDate: '2026-07-01',
      CurrentLeaseId: null,
      CurrentRent: null,
    })
  })
})

describe('R-037 The first rent of a lease', () => {
  test('is the initial one, in force since the start', async () => {
    const own = { UnitId: 9001, TenantId: tenant, StartDate: '2026-07-01', EndDate: '2026-07-14' }
    const lease = await tryLease(app, { ...own, RentAmount: 1012.5, IsRenewable: false })
    expect(rowOf(lease, 201)).toMatchObject({
      RentAmount: 1012.5,
      InitialRentAmount: 1012.5,
      RentEffectiveDate: '2026-07-01',
      LedgerDivisionId: 4,
      TenantType: 'D',
      PaymentDay: 1,
      TaxMode: 'B',
    })
  })
})

describe('R-038 No deposit for a dwelling', () => {
  test('(1) 500.00 on a residential lease', async () => {
    const own = { UnitId: 9004, TenantId: tenant, StartDate: '2026-09-01' }
    expect(refusalOf(await tryLease(app, { ...own, DepositAmount: 500 }))).toEqual([
      400,
      'DEPOSIT_FORBIDDEN',
      'DepositAmount',
      'Aucun dépôt ne peut être exigé pour un bail résidentiel.',
    ])
    rowOf(await tryLease(app, { ...own, DepositAmount: 0 }), 201)
  })

  test('(2) a commercial lease may have one, and a commercial rent basis', async () => {
    const own = { UnitId: 9004, TenantId: tenant, StartDate: '2026-09-01', LeaseCategory: 'C' }
    const lease = await tryLease(app, { ...own, DepositAmount: 2500, NetLeaseType: 'N' })
    expect(rowOf(lease, 201)).toMatchObject({ DepositAmount: 2500, NetLeaseType: 'N' })
    expect(
      rowOf(
        await send(app, 'PATCH', '/api/Leases(9601)?dryRun=true', { DepositAmount: 2600 }),
        200,
      ),
    ).toMatchObject({ DepositAmount: 2600 })
  })

  test('a dwelling has no commercial rent basis, and rent is no accessory of a dwelling', async () => {
    const own = { UnitId: 9004, TenantId: tenant, StartDate: '2026-09-01' }
    expect(refusalOf(await tryLease(app, { ...own, NetLeaseType: 'N' })).slice(0, 3)).toEqual([
      400,
      'INVALID_CODE',
      'NetLeaseType',
    ])
    expect(refusalOf(await tryLease(app, { ...own, TaxMode: 'S' })).slice(0, 3)).toEqual([
      400,
      'INVALID_CODE',
      'TaxMode',
    ])
  })
})

describe('R-040 Window of the notice of modification', () => {
  const windowOf = async (changes: Record<string, unknown>): Promise<unknown[]> => {
    const answer = await tryLease(app, { UnitId: 9004, TenantId: tenant, ...changes })
    const { NoticeWindowStart, NoticeWindowEnd } = rowOf(answer, 201)
    return [NoticeWindowStart, NoticeWindowEnd]
  }

  test('(1) 12 months ending 2027-06-30', async () => {
    const year = { UnitId: 9001, StartDate: '2026-07-01', EndDate: '2027-06-30' }
    const answer = await tryLease(app, {
      ...year,
      TenantId: tenant,
      IsRenewable: false,
      EndDate: '2027-06-30',
    })
    // Unit 9001 was rented above from 2026-07-15.
    expect(codesOf(answer)).toEqual([409, 'LEASE_OVERLAP'])
    expect(await windowOf({ StartDate: '2026-09-01', EndDate: '2027-08-31' })).toEqual([
      '2027-03-01',
      '2027-05-31',
    ])
  })

  test('(2) 10 months', async () => {
    expect(await windowOf({ StartDate: '2026-09-01', EndDate: '2027-06-30' })).toEqual([
      '2027-05-01',
      '2027-05-31',
    ])
  })

  test('a commercial lease has none', async () => {
    expect(await windowOf({ StartDate: '2026-09-01', LeaseCategory: 'C' })).toEqual([null, null])
  })
})
