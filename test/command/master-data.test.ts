/** Master data: read-only for integrators, kept by the account's administrator, under the same rules. */

import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { type AskOptions, startTestApp, type TestApp } from '../support/test-app.ts'
import { refusalOf, type Writer, writerOf } from '../support/writing.ts'

let app: TestApp
let write: Writer

beforeAll(async () => {
  app = await startTestApp()
  write = writerOf(app)
})

afterAll(() => app.close())

const admin: AskOptions = { as: 'administrator' }

async function create(
  path: string,
  body: object,
): Promise<Record<string, unknown> & { Id: number }> {
  const answer = await write.post(path, body, admin)
  expect([path, answer.status, answer.text]).toEqual([path, 201, answer.text])
  return answer.json as Record<string, unknown> & { Id: number }
}

describe('A portfolio is entered by the administrator', () => {
  test('from the company to a unit that integrators then see and rent', async () => {
    const company = await create('/api/Companies', { CompanyNo: 9, Name: 'Gestion Neuve inc.' })
    const division = await create('/api/LedgerDivisions', {
      CompanyNo: 9,
      DivisionNo: 1,
      Name: 'Division Neuve',
    })
    expect(division).toMatchObject({ CompanyId: company.Id, CompanyName: 'Gestion Neuve inc.' })
    const building = await create('/api/Buildings', {
      CompanyNo: 9,
      DivisionNo: 1,
      BuildingCode: 'neuf1 ',
      Name: 'Le Neuf',
      CivicNoAndStreet: '1, rue Neuve',
      City: 'Alma',
      PostalCode: 'g8b1a1',
    })
    expect(building).toMatchObject({
      BuildingCode: 'NEUF1',
      NumberOfUnits: 0,
      PostalCode: 'G8B 1A1',
    })
    const unit = await create('/api/Units', {
      CompanyNo: 9,
      DivisionNo: 1,
      BuildingCode: 'NEUF1',
      UnitCode: '101',
      NumberOfRooms: 4.5,
      AskingRent: 1000,
    })
    expect(unit).toMatchObject({
      OccupancyStatus: 'V',
      AvailableDate: '2026-06-15',
      IsReserved: false,
    })
    await create('/api/Parkings', { BuildingId: building.Id, ParkingCode: 'P1' })
    await create('/api/Storages', { BuildingId: building.Id, StorageCode: 'R1' })
    const read = await app.ask(`/api/Buildings(${building.Id})`)
    expect(read.json).toMatchObject({ NumberOfUnits: 1, NumberOfParkings: 1, NumberOfStorages: 1 })
    const free = await app.rows("/api/Units/ForRent?$filter=BuildingCode eq 'NEUF1'")
    expect(free).toMatchObject([{ UnitCode: '101', AvailableParkings: 1, AvailableStorages: 1 }])
  })

  test('a company that changes its name changes what its divisions show', async () => {
    await write.patch('/api/Companies(2)', { Name: 'Gestion des Pins ltée' }, admin)
    const rows = await app.rows<{ CompanyName: string }>(
      '/api/LedgerDivisions?$filter=CompanyNo eq 3',
    )
    expect(rows.map(({ CompanyName }) => CompanyName)).toEqual(
      rows.map(() => 'Gestion des Pins ltée'),
    )
  })

  test('integrators may not, and learn what they may', async () => {
    for (const [path, allow] of [
      ['/api/Companies', 'GET, HEAD, OPTIONS'],
      ['/api/Units', 'GET, HEAD, OPTIONS'],
    ] as const) {
      const answer = await write.post(path, {})
      expect([path, answer.status, answer.headers.allow]).toEqual([path, 405, allow])
    }
  })
})

describe('Units: what integrators keep, and what the administrator keeps', () => {
  test('integrators change the listing, not what makes it rentable', async () => {
    const listing = await write.patch('/api/Units(9003)', { AskingRent: 1100, IsListed: true })
    expect(listing.json).toMatchObject({ AskingRent: 1100, IsListed: true })
    const rentable = await write.patch('/api/Units(9003)', { IsRentable: false })
    expect(refusalOf(rentable)).toEqual([400, 'FIELD_IMMUTABLE', 'IsRentable'])
  })

  test('R-024 a unit that is not rentable any more is administrative at once, and back', async () => {
    const off = await write.patch('/api/Units(9003)', { IsRentable: false }, admin)
    expect(off.json).toMatchObject({ OccupancyStatus: 'A', AvailableDate: null })
    const on = await write.patch('/api/Units(9003)', { IsRentable: true }, admin)
    expect(on.json).toMatchObject({ OccupancyStatus: 'V', AvailableDate: '2026-06-15' })
  })

  test('the building counts its active units', async () => {
    const count = async (): Promise<number> =>
      ((await app.ask('/api/Buildings(900)')).json as { NumberOfUnits: number }).NumberOfUnits
    const before = await count()
    await write.patch('/api/Units(9003)', { IsActive: false }, admin)
    expect(await count()).toBe(before - 1)
    await write.patch('/api/Units(9003)', { IsActive: true }, admin)
    expect(await count()).toBe(before)
  })

  test('R-026 a building that is no longer managed offers nothing', async () => {
    await write.patch('/api/Buildings(900)', { IsActive: false }, admin)
    expect((await app.ask('/api/Units(9003)')).json).toMatchObject({ AvailableDate: null })
    await write.patch('/api/Buildings(900)', { IsActive: true }, admin)
    expect((await app.ask('/api/Units(9003)')).json).toMatchObject({ AvailableDate: '2026-06-15' })
  })

  test('R-025 the minimum of the division decides what is available', async () => {
    const division = (days: number) =>
      write.patch('/api/LedgerDivisions(4)', { MinimumRentalDays: days }, admin)
    await division(10)
    expect((await app.ask('/api/Units(9011)')).json).toMatchObject({ AvailableDate: '2026-06-15' })
    await division(30)
    expect((await app.ask('/api/Units(9011)')).json).toMatchObject({ AvailableDate: null })
  })
})

describe('R-040 The window of a unit that becomes a room', () => {
  test('leases of the unit get the window of what it is now', async () => {
    const windows = async (): Promise<unknown> =>
      (await app.ask('/api/Leases(9219)?$select=NoticeWindowStart,NoticeWindowEnd')).json
    const room = { NoticeWindowStart: '2026-06-11', NoticeWindowEnd: '2026-06-20' }
    expect(await windows()).toEqual(room)
    await write.patch('/api/Units(9019)', { IsRoom: false }, admin)
    // Six months from 2026-01-01: one to two months before the end.
    expect(await windows()).toEqual({
      NoticeWindowStart: '2026-05-01',
      NoticeWindowEnd: '2026-05-31',
    })
    await write.patch('/api/Units(9019)', { IsRoom: true }, admin)
    expect(await windows()).toEqual(room)
  })
})

describe('R-044 Number of rooms', () => {
  test('(1) 4.5 is a 4½', async () => {
    const answer = await write.patch('/api/Units(9003)', { NumberOfRooms: 4.5 })
    expect(answer.text).toContain('"NumberOfRooms":4.5')
  })

  test.each([4.3, 0.5, 20.5])('(2) %d is no number of rooms', async (rooms) => {
    const answer = await write.patch('/api/Units(9003)', { NumberOfRooms: rooms })
    expect(refusalOf(answer)).toEqual([400, 'ROOMS_NOT_HALF_STEP', 'NumberOfRooms'])
  })
})

describe('R-015 Ownership shares', () => {
  const share = { BuildingId: 630, OwnerId: 0, SharePercent: 10, StartDate: '2026-01-01' }

  test('(1) a second share over 100 is refused', async () => {
    const owner = await create('/api/Owners', { CompanyNo: 3, OwnerCode: 'DEUX', LastName: 'Deux' })
    const answer = await write.post('/api/BuildingOwners', { ...share, OwnerId: owner.Id }, admin)
    expect(refusalOf(answer)).toEqual([409, 'OWNERSHIP_OVER_100', 'SharePercent'])
    const [{ Id = 0 } = {}] = await app.rows<{ Id?: number }>(
      '/api/BuildingOwners?$filter=BuildingId eq 630',
    )
    await write.patch(`/api/BuildingOwners(${Id})`, { EndDate: '2025-12-31' }, admin)
    const after = await write.post('/api/BuildingOwners', { ...share, OwnerId: owner.Id }, admin)
    expect(after.status).toBe(201)
    const back = await write.patch(`/api/BuildingOwners(${Id})`, { EndDate: null }, admin)
    expect(refusalOf(back)).toEqual([409, 'OWNERSHIP_OVER_100', 'SharePercent'])
  })

  test('fifty writers of a share of 30: three fit', async () => {
    const owners = await app.ids('/api/Owners?$filter=CompanyNo eq 3&$top=1')
    const building = await create('/api/Buildings', {
      LedgerDivisionId: 3,
      BuildingCode: 'PARTS',
      Name: 'Les Parts',
      CivicNoAndStreet: '1',
      City: 'Québec',
    })
    const answers = await Promise.all(
      Array.from({ length: 50 }, (_, index) =>
        write.post(
          '/api/BuildingOwners',
          {
            BuildingId: building.Id,
            OwnerId: owners[0],
            SharePercent: 30,
            StartDate: `2020-01-${String((index % 28) + 1).padStart(2, '0')}`,
          },
          admin,
        ),
      ),
    )
    expect(answers.filter(({ status }) => status === 201)).toHaveLength(3)
    for (const answer of answers.filter(({ status }) => status !== 201))
      expect(['OWNERSHIP_OVER_100', 'DUPLICATE_KEY']).toContain(refusalOf(answer)[1])
  })
})

describe('R-006 (3) Codes of reference', () => {
  test('the codes of the model are published, and nobody changes them', async () => {
    const codes = await app.rows<{ Id: number; Code: string; IsSystem: boolean }>(
      "/api/LookupCodes?$filter=Category eq 'OccupancyStatus'&$orderby=Id",
    )
    expect(codes.map(({ Code, IsSystem }) => [Code, IsSystem])).toEqual([
      ['V', true],
      ['L', true],
      ['N', true],
      ['A', true],
    ])
    const answer = await write.patch(
      `/api/LookupCodes(${codes[0]?.Id})`,
      { NameFr: 'Libre' },
      admin,
    )
    expect(refusalOf(answer)).toEqual([400, 'FIELD_READ_ONLY', 'NameFr'])
  })

  test('an account has categories of its own', async () => {
    const code = { Category: 'Quartier', Code: 'limoilou', NameFr: 'Limoilou', NameEn: 'Limoilou' }
    expect(await create('/api/LookupCodes', code)).toMatchObject({
      Code: 'LIMOILOU',
      IsSystem: false,
    })
    const taken = await write.post(
      '/api/LookupCodes',
      { ...code, Category: 'OccupancyStatus' },
      admin,
    )
    expect(refusalOf(taken)).toEqual([400, 'INVALID_CODE', 'Category'])
  })
})

describe('Accounts, budgets, suppliers, notes', () => {
  test('R-080 the normal side of an account follows its type', async () => {
    const account = { CompanyNo: 3, AccountNo: '5999', NameFr: 'Divers', NameEn: 'Sundry' }
    expect(await create('/api/GlAccounts', { ...account, AccountType: 'D' })).toMatchObject({
      NormalBalance: 'D',
    })
    expect(
      await create('/api/GlAccounts', { ...account, AccountNo: '4999', AccountType: 'R' }),
    ).toMatchObject({ NormalBalance: 'C' })
  })

  test('R-082 (1) a budget adds up its twelve periods', async () => {
    const amounts = Object.fromEntries(
      Array.from({ length: 12 }, (_, index) => [
        `Amount${String(index + 1).padStart(2, '0')}`,
        400,
      ]),
    )
    const budget = await write.post(
      '/api/Budgets',
      { LedgerDivisionId: 4, FiscalYear: 2027, GlAccountId: 20, ...amounts },
      admin,
    )
    expect(budget.text).toContain('"TotalAmount":4800.00')
  })

  test('R-074 (2) a supplier may be made inactive; his default account is an expense of his company', async () => {
    expect((await write.patch('/api/Suppliers(41)', { IsActive: false })).status).toBe(200)
    expect((await write.patch('/api/Suppliers(41)', { DefaultGlAccountId: 22 })).status).toBe(200)
    const revenue = await write.patch('/api/Suppliers(41)', { DefaultGlAccountId: 10 })
    expect(refusalOf(revenue)).toEqual([400, 'GL_ACCOUNT_NOT_POSTABLE', 'DefaultGlAccountId'])
    const elsewhere = await write.patch('/api/Suppliers(41)', { DefaultGlAccountId: 122 })
    expect(refusalOf(elsewhere)).toEqual([400, 'DIVISION_MISMATCH', 'DefaultGlAccountId'])
  })

  test('R-113 (1) a note concerns something', async () => {
    const none = await write.post('/api/Notes', { LedgerDivisionId: 3, Body: 'x' })
    expect(refusalOf(none)).toEqual([400, 'NOTE_TARGET_REQUIRED', 'BuildingId'])
    const note = await write.post('/api/Notes', { LedgerDivisionId: 3, TenantId: 1, Body: 'x' })
    expect([note.status, note.json]).toMatchObject([201, { NoteDate: '2026-06-15T04:05:00Z' }])
  })
})
