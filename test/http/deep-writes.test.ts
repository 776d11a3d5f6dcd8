/** Entities and references inside bodies. */

import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { revokeRight } from '../../src/auth/rights.ts'
import { type AskOptions, startTestApp, type TestApp } from '../support/test-app.ts'
import { detailsOf, refusalOf, rowOf, type Writer, writerOf } from '../support/writing.ts'

let app: TestApp
let write: Writer

beforeAll(async () => {
  app = await startTestApp()
  write = writerOf(app)
})

afterAll(() => app.close())

const tenant = { CompanyNo: 3, DivisionNo: 2, LastName: 'Thériault', FirstName: 'Océane' }
const person = { LastName: 'Roy', FirstName: 'Zoé', StartDate: '2026-01-01' }
const admin = { as: 'administrator' } as const
const as401 = (options: AskOptions = {}): AskOptions => ({
  ...options,
  headers: { 'odata-version': '4.01', ...options.headers },
})
const tenants = () => app.column<number>('select count(*)::integer from tenants')

interface Deep {
  readonly Id: number
  readonly CoTenants: readonly {
    Id: number
    TenantId: number
    FirstName: string
    LastName: string
  }[]
  readonly Leases: readonly {
    Id: number
    TenantId: number
    LeasePriceChanges?: readonly { LeaseId: number }[]
  }[]
}

async function newTenant(...coTenants: readonly object[]): Promise<Deep> {
  return rowOf(
    await write.post('/api/Tenants', { ...tenant, CoTenants: coTenants }),
  ) as unknown as Deep
}

describe('Protocol 4.01 §11.4.2.2 Create Related Entities When Creating an Entity', () => {
  test('a tenant, its co-tenants and its lease with a rent change: one request, answered as sent', async () => {
    const answer = await write.post('/api/Tenants', {
      ...tenant,
      CoTenants: [person, { ...person, FirstName: 'Max' }],
      Leases: [
        {
          UnitId: 9003,
          StartDate: '2026-07-01',
          EndDate: '2029-06-30',
          RentAmount: 990,
          LeasePriceChanges: [{ EffectiveDate: '2027-07-01', NewAmount: 1000 }],
        },
      ],
    })
    const row = rowOf(answer) as unknown as Deep
    expect(answer.status).toBe(201)
    expect(row.CoTenants.map(({ FirstName, TenantId }) => [FirstName, TenantId])).toEqual([
      ['Zoé', row.Id],
      ['Max', row.Id],
    ])
    const [lease] = row.Leases
    expect([lease?.TenantId, lease?.LeasePriceChanges?.map(({ LeaseId }) => LeaseId)]).toEqual([
      row.Id,
      [lease?.Id],
    ])
    const read = await app.ask(
      `/api/Tenants(${row.Id})?$expand=CoTenants,Leases($expand=LeasePriceChanges)`,
    )
    expect(read.json).toEqual(answer.json)
  })

  test('an entity that the new one refers to is created before it', async () => {
    const answer = await write.post('/api/CoTenants', {
      ...person,
      Tenant: { ...tenant, LastName: 'Neuve' },
    })
    const row = rowOf(answer) as unknown as {
      Id: number
      TenantId: number
      Tenant: { Id: number; LastName: string }
    }
    expect([row.Tenant.LastName, row.TenantId]).toEqual(['Neuve', row.Tenant.Id])
  })

  test('the administrator enters a building with its units', async () => {
    const [division] = await app.rows<{ Id: number; CompanyNo: number; DivisionNo: number }>(
      '/api/LedgerDivisions?$top=1',
    )
    const [model] = await app.rows(
      `/api/Buildings?$filter=LedgerDivisionId eq ${division?.Id}&$top=1&$expand=Units($top=1)`,
    )
    const copy = (row: Record<string, unknown>, names: readonly string[]) =>
      Object.fromEntries(names.map((name) => [name, row[name]]))
    const unit = (code: string) => ({ UnitCode: code, NumberOfRooms: 4.5 })
    const body = {
      CompanyNo: division?.CompanyNo,
      DivisionNo: division?.DivisionNo,
      BuildingCode: 'NEUF1',
      Name: 'Neuf',
      CivicNoAndStreet: '1, rue Neuve',
      ...copy(model ?? {}, [
        'BuildingType',
        'Address',
        'City',
        'Province',
        'PostalCode',
        'ConstructionYear',
      ]),
      Units: [unit('1'), unit('2')],
    }
    const answer = await write.post(
      '/api/Buildings',
      Object.fromEntries(Object.entries(body).filter(([, value]) => value !== undefined)),
      admin,
    )
    const row = rowOf(answer) as unknown as {
      Id: number
      Units: readonly { UnitCode: string; BuildingId: number }[]
    }
    expect(row.Units.map(({ UnitCode, BuildingId }) => [UnitCode, BuildingId])).toEqual([
      ['1', row.Id],
      ['2', row.Id],
    ])
    expect(refusalOf(await write.post('/api/Buildings', body)).slice(0, 1)).toEqual([405])
  })

  test('one wrong entity, and none is created; the target says which', async () => {
    const before = await tenants()
    const answer = await write.post('/api/Tenants', {
      ...tenant,
      CoTenants: [person, { FirstName: 'Max' }],
    })
    expect(refusalOf(answer)).toEqual([400, 'REQUIRED_FIELD', 'CoTenants[1]/LastName'])
    expect(detailsOf(answer)).toContainEqual(['REQUIRED_FIELD', 'CoTenants[1]/StartDate'])
    expect(await tenants()).toEqual(before)
  })

  test('what stands in a collection is entities, and those that exist are only referred to', async () => {
    const {
      CoTenants: [known],
    } = await newTenant(person)
    for (const [CoTenants, code] of [
      [5, 'INVALID_FORMAT'],
      [[5], 'INVALID_FORMAT'],
      [[null], 'INVALID_FORMAT'],
      [{}, 'INVALID_FORMAT'],
      [[{ '@id': `CoTenants(${known?.Id})`, LastName: 'Autre' }], 'INVALID_BODY'],
      [[{ ...person, Id: known?.Id }], 'FIELD_READ_ONLY'],
      [[{ '@id': 'Tenants(9101)' }], 'INVALID_FORMAT'],
      [[{ '@id': 'CoTenants(999999)' }], 'REFERENCE_NOT_FOUND'],
    ] as const)
      expect([
        CoTenants,
        ...refusalOf(await write.post('/api/Tenants', { ...tenant, CoTenants })).slice(0, 2),
      ]).toEqual([CoTenants, 400, code])
  })

  test('sets that nobody writes are no more written inside others', async () => {
    const before = await tenants()
    const answer = await write.post('/api/Tenants', { ...tenant, Rl31Slips: [{ TaxYear: 2025 }] })
    expect(refusalOf(answer).slice(0, 2)).toEqual([405, 'OPERATION_NOT_SUPPORTED'])
    expect(await tenants()).toEqual(before)
  })

  test('bounded in number and in depth', async () => {
    const many = Array.from({ length: 201 }, () => ({ ...person }))
    expect(
      refusalOf(await write.post('/api/Tenants', { ...tenant, CoTenants: many })).slice(0, 2),
    ).toEqual([400, 'LIMIT_EXCEEDED'])
    let body: object = { ...tenant, LastName: 'Fond' }
    for (let depth = 0; depth < 8; depth++)
      body = { ...tenant, CoTenants: [{ ...person, Tenant: body }] }
    expect(refusalOf(await write.post('/api/Tenants', body)).slice(0, 2)).toEqual([
      400,
      'LIMIT_EXCEEDED',
    ])
    expect(await app.ids("/api/Tenants?$filter=LastName eq 'Fond'")).toEqual([])
  })

  test('dryRun shows it all and leaves nothing', async () => {
    const before = await tenants()
    const answer = await write.post('/api/Tenants?dryRun=true', { ...tenant, CoTenants: [person] })
    expect([answer.status, (rowOf(answer) as unknown as Deep).CoTenants.length]).toEqual([201, 1])
    expect(await tenants()).toEqual(before)
  })
})

describe('Protocol 4.01 §11.4.2.1 Link to Related Entities When Creating an Entity', () => {
  test('@odata.bind and {"@id"}, of one entity and of several, by any key', async () => {
    const notes = await Promise.all(
      [1, 2].map(
        async () =>
          rowOf(await write.post('/api/Notes', { LedgerDivisionId: 4, Body: 'x', TenantId: 9101 }))
            .Id,
      ),
    )
    for (const [body, count] of [
      [{ 'Notes@odata.bind': notes.map((id) => `Notes(${id})`) }, 2],
      [{ Notes: notes.map((id) => ({ '@id': `/api/Notes(${id})` })) }, 2],
      [{ Notes: [{ '@odata.id': `${app.baseUrl}/api/Notes/${notes[0]}` }] }, 1],
    ] as const) {
      const { Id: id } = rowOf(await write.post('/api/Tenants', { ...tenant, ...body }))
      expect((await app.ids(`/api/Tenants(${id})/Notes`)).length).toBe(count)
    }
    const [building] = await app.rows<{
      Id: number
      CompanyNo: number
      DivisionNo: number
      BuildingCode: string
    }>('/api/Buildings?$filter=LedgerDivisionId eq 4&$top=1')
    const reference = `Buildings(CompanyNo=${building?.CompanyNo},DivisionNo=${building?.DivisionNo},BuildingCode='${building?.BuildingCode}')`
    for (const body of [
      { 'Building@odata.bind': reference },
      { Building: { '@id': reference } },
      { 'Building@bind': `Buildings/${building?.Id}` },
    ]) {
      const note = rowOf(
        await write.post('/api/Notes', { LedgerDivisionId: 4, Body: 'x', ...body }),
      )
      expect(note['BuildingId']).toBe(building?.Id)
    }
    const patched = await write.patch(`/api/Notes(${notes[0]})`, { Building: { '@id': reference } })
    expect(rowOf(patched)['BuildingId']).toBe(building?.Id)
    expect(
      rowOf(await write.patch(`/api/Notes(${notes[0]})`, { Building: null }))['BuildingId'],
    ).toBeNull()
  })
})

describe('Protocol 4.01 §11.4.3.1 Update Related Entities When Updating an Entity', () => {
  test('the collection is what the body says: one changed, one new', async () => {
    const {
      Id: id,
      CoTenants: [one],
    } = await newTenant(person)
    const answer = await write.patch(
      `/api/Tenants(${id})`,
      {
        Email: 'o@example.org',
        CoTenants: [
          { Id: one?.Id, LastName: 'Smith' },
          { ...person, FirstName: 'Suzanne' },
        ],
      },
      as401(),
    )
    const row = rowOf(answer) as unknown as Deep
    expect(row.CoTenants.map(({ LastName, FirstName }) => `${FirstName} ${LastName}`)).toEqual([
      'Zoé Smith',
      'Suzanne Roy',
    ])
    expect(row.CoTenants[0]?.Id).toBe(one?.Id)
  })

  test('PUT replaces the nested entities too', async () => {
    const {
      Id: id,
      CoTenants: [one],
    } = await newTenant({ ...person, Email: 'z@example.org' })
    const body = {
      ...tenant,
      CoTenants: [{ '@id': `CoTenants(${one?.Id})`, ...person, FirstName: 'Ève' }],
    }
    const row = rowOf(await write.put(`/api/Tenants(${id})`, body, as401())) as unknown as Deep
    expect(row.CoTenants).toMatchObject([{ Id: one?.Id, FirstName: 'Ève', Email: null }])
  })

  test('who is left out is related no more; who cannot be without is not left out', async () => {
    const { Id: id } = await newTenant()
    const notes = await Promise.all(
      [1, 2].map(
        async () =>
          rowOf(
            await write.post(`/api/Tenants(${id})/Notes`, {
              LedgerDivisionId: 4,
              Body: 'x',
              BuildingId: 900,
            }),
          ).Id,
      ),
    )
    const kept = { Notes: [{ '@id': `Notes(${notes[1]})` }] }
    expect((await write.patch(`/api/Tenants(${id})`, kept, as401())).status).toBe(200)
    expect(await app.ids(`/api/Tenants(${id})/Notes`)).toEqual([notes[1]])
    const { Id: other } = await newTenant(person)
    const refused = await write.patch(`/api/Tenants(${other})`, { CoTenants: [] }, as401())
    expect(refusalOf(refused)).toEqual([400, 'REQUIRED_FIELD', 'CoTenants/TenantId'])
    expect((await app.ids(`/api/Tenants(${other})/CoTenants`)).length).toBe(1)
  })

  test('@delta adds, changes, removes and deletes, and leaves the others', async () => {
    const {
      Id: id,
      CoTenants: [one, two, three],
    } = await newTenant(person, { ...person, FirstName: 'Max' }, { ...person, FirstName: 'Léa' })
    const delta = [
      { '@removed': { reason: 'deleted' }, '@id': `CoTenants(${two?.Id})` },
      { '@id': `CoTenants(${one?.Id})`, FirstName: 'Anne' },
      { ...person, FirstName: 'Suzanne' },
    ]
    const row = rowOf(
      await write.patch(`/api/Tenants(${id})`, { 'CoTenants@delta': delta }, as401()),
    ) as unknown as Deep
    expect(row.CoTenants.map(({ FirstName }) => FirstName)).toEqual(['Anne', 'Léa', 'Suzanne'])
    expect((await app.ask(`/api/CoTenants(${two?.Id})`)).status).toBe(404)
    const unknown = { 'CoTenants@delta': [{ '@removed': { reason: 'deleted' }, Id: three?.Id }] }
    const { Id: other } = await newTenant()
    expect(
      refusalOf(await write.patch(`/api/Tenants(${other})`, unknown, as401())).slice(0, 2),
    ).toEqual([400, 'REFERENCE_NOT_FOUND'])
    expect(
      refusalOf(await write.put(`/api/Tenants(${id})`, { ...tenant, ...unknown }, as401())).slice(
        0,
        2,
      ),
    ).toEqual([400, 'INVALID_BODY'])
  })

  test('an update by 4.0 has no entities inside it', async () => {
    const { Id: id } = await newTenant()
    const answer = await write.patch(
      `/api/Tenants(${id})`,
      { CoTenants: [person] },
      { headers: { 'odata-version': '4.0' } },
    )
    expect(refusalOf(answer)).toEqual([400, 'INVALID_BODY'])
    expect(await app.ids(`/api/Tenants(${id})/CoTenants`)).toEqual([])
  })

  test('the tag in a body counts by 4.01 and is ignored by 4.0; nested ones too', async () => {
    const {
      Id: id,
      CoTenants: [one],
    } = await newTenant(person)
    const stale = { '@odata.etag': 'W/"2001-01-01T00:00:00Z"', FirstName: 'Non' }
    expect((await write.patch(`/api/Tenants(${id})`, stale, as401())).status).toBe(412)
    const nested = { FirstName: 'Non', CoTenants: [{ Id: one?.Id, ...stale }] }
    expect((await write.patch(`/api/Tenants(${id})`, nested, as401())).status).toBe(412)
    expect(rowOf(await app.ask(`/api/Tenants(${id})`))['FirstName']).toBe('Océane')
    const { headers } = await app.ask(`/api/Tenants(${id})`)
    expect(
      (
        await write.patch(
          `/api/Tenants(${id})`,
          { '@etag': headers['etag'], FirstName: 'Oui' },
          as401(),
        )
      ).status,
    ).toBe(200)
    expect(
      (await write.patch(`/api/Tenants(${id})`, { ...stale, FirstName: 'Aussi' })).status,
    ).toBe(200)
  })
})

describe('Rights and accounts inside bodies', () => {
  test('each set by its own right; nothing is left of a refused request', async () => {
    const { databaseName, userName } = app.clients.revocable
    await revokeRight(
      app.db.database,
      { databaseName, userName },
      { set: 'CoTenants', operation: 'create' },
    )
    const as = 'revocable' as const
    const dry = () =>
      write.post('/api/CoTenants?dryRun=true', { ...person, TenantId: 9101 }, { as })
    await expect.poll(async () => (await dry()).status).toBe(403)
    const before = await tenants()
    const answer = await write.post('/api/Tenants', { ...tenant, CoTenants: [person] }, { as })
    expect(refusalOf(answer)).toEqual([403, 'WRITE_NOT_PERMITTED', 'CoTenants[0]/CoTenants'])
    expect(await tenants()).toEqual(before)
  })

  test('a set that may not be read is written inside, and not shown', async () => {
    const { databaseName, userName } = app.clients.revocable
    await revokeRight(
      app.db.database,
      { databaseName, userName },
      { set: 'TenantContacts', operation: 'read' },
    )
    const as = 'revocable' as const
    await expect.poll(async () => (await app.ask('/api/TenantContacts', { as })).status).toBe(403)
    const answer = await write.post(
      '/api/Tenants',
      { ...tenant, TenantContacts: [{ ContactType: 'U', LastName: 'Roy' }] },
      { as },
    )
    expect(Object.keys(rowOf(answer))).not.toContain('TenantContacts')
  })

  test('entities of another account can be named in no way', async () => {
    const {
      Id: id,
      CoTenants: [one],
    } = await newTenant(person)
    const as = 'other' as const
    for (const body of [
      { 'CoTenants@odata.bind': [`CoTenants(${one?.Id})`] },
      { CoTenants: [{ '@id': `CoTenants(${one?.Id})` }] },
    ])
      expect(
        refusalOf(await write.post('/api/Tenants', { ...tenant, ...body }, { as })).slice(0, 2),
      ).toEqual([400, 'REFERENCE_NOT_FOUND'])
    expect(await app.ids(`/api/Tenants(${id})/CoTenants`)).toEqual([one?.Id])
  })
})
