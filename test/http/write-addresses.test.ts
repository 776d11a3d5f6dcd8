/** Where a write may be addressed to: by navigation, by any key, to a property, to a reference. */

import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { revokeRight } from '../../src/auth/rights.ts'
import { startTestApp, type TestApp } from '../support/test-app.ts'
import { refusalOf, rowOf, type Writer, writerOf } from '../support/writing.ts'

let app: TestApp
let write: Writer

beforeAll(async () => {
  app = await startTestApp()
  write = writerOf(app)
})

afterAll(() => app.close())

const admin = { as: 'administrator' } as const

async function valueOf(path: string): Promise<unknown> {
  const answer = await app.ask(path)
  return answer.status === 200 ? (answer.json as { value: unknown }).value : answer.status
}

const person = { LastName: 'Roy', FirstName: 'Zoé', StartDate: '2026-01-01' }

/** A co-tenant of tenant 9101, new for each test. */
async function newCoTenant(): Promise<number> {
  return rowOf(await write.post('/api/CoTenants', { ...person, TenantId: 9101 })).Id
}

describe('Protocol 4.01 §11.4.2 POST to a navigation collection', () => {
  test('relates the new row to the entity of the path, however that is named', async () => {
    for (const path of [
      '/api/Tenants(9101)/CoTenants',
      '/api/Tenants/9101/CoTenants',
      '/api/Leases(9201)/Tenant/CoTenants',
      '/api/Tenants(@t)/CoTenants?@t=9101',
      '/api/Tenants(Id=@t)/CoTenants?@t=9101',
    ]) {
      const row = rowOf(await write.post(path, person))
      expect([path, row['TenantId']]).toEqual([path, row['TenantId']])
      const tenant = path.includes('Leases') ? await valueOf('/api/Leases(9201)/TenantId') : 9101
      expect([path, row['TenantId']]).toEqual([path, tenant])
      expect((await write.remove(`/api/CoTenants(${row.Id})`)).status).toBe(204)
    }
  })

  test('§11.4.2.1 a body that contradicts the path is refused with 400', async () => {
    const body = { ...person, TenantId: 9102 }
    expect(refusalOf(await write.post('/api/Tenants(9101)/CoTenants', body))).toEqual([
      400,
      'REFERENCE_MISMATCH',
      'TenantId',
    ])
  })

  test('an unknown alias, and a parent that is not there', async () => {
    expect(refusalOf(await write.post('/api/Tenants(@t)/CoTenants', {})).slice(0, 2)).toEqual([
      400,
      'INVALID_KEY',
    ])
    expect(refusalOf(await write.post('/api/Tenants(77)/CoTenants', {})).slice(0, 2)).toEqual([
      404,
      'RECORD_NOT_FOUND',
    ])
  })
})

describe('Protocol 4.01 §11.4.3, §11.4.5 an entity by any of its addresses', () => {
  test('PATCH, PUT and DELETE along navigation properties', async () => {
    const id = await newCoTenant()
    const path = `/api/Tenants(9101)/CoTenants(${id})`
    expect(rowOf(await write.patch(path, { FirstName: 'Anne' }))['FirstName']).toBe('Anne')
    const put = rowOf(
      await write.put(`/api/Tenants/9101/CoTenants/${id}`, {
        ...person,
        LastName: 'Caron',
        FirstName: 'Ève',
      }),
    )
    expect([put.Id, put['LastName'], put['TenantId']]).toEqual([id, 'Caron', 9101])
    // Of another tenant there is no such co-tenant.
    expect(
      refusalOf(await write.patch(`/api/Tenants(9102)/CoTenants(${id})`, {})).slice(0, 2),
    ).toEqual([404, 'RECORD_NOT_FOUND'])
    expect((await write.remove(path)).status).toBe(204)
    expect((await write.remove(path)).status).toBe(404)
  })

  test('the one entity that a navigation property leads to, by the tag of that entity', async () => {
    const tenant = Number(await valueOf('/api/Leases(9201)/TenantId'))
    const { headers } = await app.ask(`/api/Tenants(${tenant})`)
    const stale = { headers: { 'if-match': 'W/"2001-01-01T00:00:00Z"' } }
    expect(
      (await write.patch('/api/Leases(9201)/Tenant', { Email: 'a@example.org' }, stale)).status,
    ).toBe(412)
    const answer = await write.patch(
      '/api/Leases(9201)/Tenant',
      { Email: 'a@example.org' },
      { headers: { 'if-match': String(headers['etag']) } },
    )
    expect([rowOf(answer).Id, rowOf(answer)['Email']]).toEqual([tenant, 'a@example.org'])
    // Who has no such entity has nothing to change.
    const without = rowOf(
      await write.post('/api/Notes', { LedgerDivisionId: 3, TenantId: 1, Body: 'x' }),
    )
    const building = await write.patch(`/api/Notes(${without.Id})/Building`, {}, admin)
    expect(refusalOf(building).slice(0, 2)).toEqual([404, 'RECORD_NOT_FOUND'])
  })

  test('the legacy key, with aliases for its parts', async () => {
    const body = { Sector: 'Centre' }
    const [row] = await app.rows<{
      Id: number
      CompanyNo: number
      DivisionNo: number
      BuildingCode: string
    }>('/api/Buildings?$top=1')
    const {
      Id: id,
      CompanyNo: company,
      DivisionNo: division,
      BuildingCode: code,
    } = row ?? { Id: 0, CompanyNo: 0, DivisionNo: 0, BuildingCode: '' }
    const path = `/api/Buildings(CompanyNo=@c,DivisionNo=${division},BuildingCode=@b)?@c=${company}&@b='${code}'`
    expect(rowOf(await write.patch(path, body, admin))).toMatchObject({ Id: id, ...body })
  })

  test('§11.4.4 the server makes the keys: nobody else creates by PATCH or PUT', async () => {
    for (const path of [
      '/api/CoTenants(999999)',
      "/api/Buildings(CompanyNo=3,DivisionNo=1,BuildingCode='NEUF')",
    ])
      for (const [verb, headers] of [
        ['patch', {}],
        ['put', {}],
        ['patch', { 'if-none-match': '*' }],
      ] as const) {
        const answer = await write[verb](path, { LastName: 'Roy' }, { ...admin, headers })
        expect([path, ...refusalOf(answer).slice(0, 2)]).toEqual([path, 404, 'RECORD_NOT_FOUND'])
      }
    expect(await app.ids("/api/Buildings?$filter=BuildingCode eq 'NEUF'")).toEqual([])
  })
})

describe('Protocol 4.01 §11.4.9 Managing Values and Properties Directly', () => {
  test('PUT and PATCH give the one property its value, and answer it', async () => {
    const id = await newCoTenant()
    const path = `/api/CoTenants(${id})/FirstName`
    const answer = await write.put(
      path,
      { '@odata.context': 'x', value: 'Léa' },
      { headers: { 'odata-version': '4.0' } },
    )
    expect([answer.status, answer.json]).toEqual([
      200,
      { '@odata.context': `${app.baseUrl}/api/$metadata#CoTenants(${id})/FirstName`, value: 'Léa' },
    ])
    expect(answer.headers['etag']).toBe((await app.ask(`/api/CoTenants(${id})`)).headers['etag'])
    expect((await write.patch(path, { value: 'Luc' })).json).toEqual({ value: 'Luc' })
    const minimal = await write.put(
      path,
      { value: 'Guy' },
      { headers: { prefer: 'return=minimal' } },
    )
    expect([minimal.status, minimal.headers['preference-applied']]).toEqual([204, 'return=minimal'])
    expect(await valueOf(path)).toBe('Guy')
  })

  test('a raw value comes and goes as text', async () => {
    const id = await newCoTenant()
    const put = (body: string, type = 'text/plain') =>
      app.ask(`/api/CoTenants(${id})/FirstName/$value`, {
        method: 'PUT',
        body,
        headers: { 'content-type': type },
      })
    const answer = await put('"Ali" & Cie')
    expect([answer.status, answer.text, answer.headers['content-type']]).toEqual([
      200,
      '"Ali" & Cie',
      'text/plain; charset=utf-8',
    ])
    expect((await put('{"value":"x"}', 'application/json')).status).toBe(415)
    expect(refusalOf(await put('a\0b'))).toEqual([400, 'INVALID_FORMAT', 'FirstName'])
    expect(await valueOf(`/api/CoTenants(${id})/FirstName`)).toBe('"Ali" & Cie')
    const unit = await app.ask('/api/Units(9003)/AskingRent/$value', {
      method: 'PUT',
      body: '1234.50',
      headers: { 'content-type': 'text/plain' },
    })
    expect([unit.status, Number(unit.text)]).toEqual([200, 1234.5])
    const text = await app.ask('/api/Tenants(9101)/FirstName', {
      method: 'PUT',
      body: 'x',
      headers: { 'content-type': 'text/plain' },
    })
    expect(text.status).toBe(415)
  })

  test('DELETE makes it null; what cannot be null is refused with 400', async () => {
    const id = await newCoTenant()
    await write.patch(`/api/CoTenants(${id})`, { Email: 'zoe@example.org' })
    expect((await write.remove(`/api/CoTenants(${id})/Email`)).status).toBe(204)
    expect(await valueOf(`/api/CoTenants(${id})/Email`)).toBe(204)
    expect(refusalOf(await write.remove(`/api/CoTenants(${id})/LastName`))).toEqual([
      400,
      'REQUIRED_FIELD',
      'LastName',
    ])
    const cleared = await write.put(`/api/CoTenants(${id})/Email`, { value: null })
    expect([cleared.status, cleared.text]).toEqual([204, ''])
  })

  test('If-Match names the entity; a wrong value and a wrong body change nothing', async () => {
    const id = await newCoTenant()
    const path = `/api/CoTenants(${id})/FirstName`
    const stale = { headers: { 'if-match': 'W/"2001-01-01T00:00:00Z"' } }
    expect((await write.put(path, { value: 'Non' }, stale)).status).toBe(412)
    expect((await write.remove(path, stale)).status).toBe(412)
    expect(refusalOf(await write.put(path, { value: 4 }))).toEqual([
      400,
      'INVALID_FORMAT',
      'FirstName',
    ])
    expect(refusalOf(await write.put(path, { FirstName: 'Non' }))).toEqual([
      400,
      'UNKNOWN_FIELD',
      'FirstName',
    ])
    expect(refusalOf(await write.put(path, {}))).toEqual([400, 'REQUIRED_FIELD', 'value'])
    expect(await valueOf(path)).toBe('Zoé')
  })

  test('what may not be written offers no method but reads', async () => {
    const answer = await write.put('/api/Tenants(9101)/Id', { value: 4 })
    expect([...refusalOf(answer).slice(0, 2), answer.headers['allow']]).toEqual([
      405,
      'OPERATION_NOT_SUPPORTED',
      'GET, HEAD, OPTIONS',
    ])
    const options = await app.ask('/api/Tenants(9101)/FirstName', { method: 'OPTIONS' })
    expect(options.headers['allow']).toBe('GET, HEAD, PUT, PATCH, DELETE, OPTIONS')
  })
})

describe('Protocol 4.01 §11.4.6 Modifying Relationships between Entities', () => {
  test('PUT and DELETE of the reference of a single-valued navigation property', async () => {
    const building = 1
    const [one, two] = await app.ids('/api/Employees?$top=2')
    const path = `/api/Buildings(${building})/ManagerEmployee/$ref`
    for (const [id, body] of [
      [one, { '@odata.id': `${app.baseUrl}/api/Employees(${one})` }],
      [two, { '@id': `Employees(${two})`, '@context': '$metadata#$ref' }],
      [one, { '@id': `/api/Employees/${one}` }],
    ] as const) {
      expect((await write.put(path, body, admin)).status).toBe(204)
      expect(await valueOf(`/api/Buildings(${building})/ManagerEmployeeId`)).toBe(id)
    }
    const stale = { ...admin, headers: { 'if-match': 'W/"2001-01-01T00:00:00Z"' } }
    expect((await write.remove(path, stale)).status).toBe(412)
    expect((await write.remove(`${path}?$id=Employees(${one})`, admin)).status).toBe(400)
    expect((await write.remove(path, admin)).status).toBe(204)
    expect(await valueOf(`/api/Buildings(${building})/ManagerEmployeeId`)).toBe(204)
  })

  test('what the row may not be without is not taken from it', async () => {
    expect(
      refusalOf(await write.remove('/api/UnavailableUnits(1)/Unit/$ref')).slice(0, 1),
    ).not.toEqual([204])
    const [note] = [
      rowOf(await write.post('/api/Notes', { LedgerDivisionId: 3, TenantId: 1, Body: 'x' })).Id,
    ]
    expect(refusalOf(await write.remove(`/api/Notes(${note})/LedgerDivision/$ref`))[0]).toBe(400)
  })

  test('POST, PUT and DELETE of the references of a collection', async () => {
    const [employee] = await app.ids('/api/Employees?$top=1')
    const free = await app.ids('/api/Buildings?$filter=SuperintendentEmployeeId eq null&$top=3')
    const path = `/api/Employees(${employee})/SupervisedBuildings`
    const before = await app.ids(path)
    const members = async () => (await app.ids(path)).filter((id) => !before.includes(id))
    const [a, b, c] = free
    const refs = (...ids: (number | undefined)[]) =>
      ids.map((id) => ({ '@id': `Buildings(${id})` }))
    for (const id of [a, b, a]) {
      // The second time it is related already, which is a success too.
      expect((await write.post(`${path}/$ref`, refs(id)[0], admin)).status).toBe(204)
    }
    expect(await members()).toEqual([a, b])
    // §11.4.6.2: 4.0 names the member by $id, 4.01 by its key.
    expect(
      (await write.remove(`${path}/$ref?$id=${app.baseUrl}/api/Buildings(${a})`, admin)).status,
    ).toBe(204)
    expect((await write.remove(`${path}(${b})/$ref`, admin)).status).toBe(204)
    expect(await members()).toEqual([])
    expect((await write.remove(`${path}(${b})/$ref`, admin)).status).toBe(404)
    expect((await write.remove(`${path}/$ref?$id=Buildings(${b})`, admin)).status).toBe(404)
    // §11.4.6.4
    const all = [...before, b, c]
    expect((await write.put(`${path}/$ref`, { value: refs(...all) }, admin)).status).toBe(204)
    expect(await app.ids(path)).toEqual([...all].sort((x, y) => Number(x) - Number(y)))
    expect((await write.put(`${path}/$ref`, { value: refs(...before) }, admin)).status).toBe(204)
    expect(await app.ids(path)).toEqual(before)
  })

  test('a reference to nothing, to another set, or to no entity changes nothing', async () => {
    const path = '/api/Buildings(1)/ManagerEmployee/$ref'
    const before = await valueOf('/api/Buildings(1)/ManagerEmployeeId')
    for (const [reference, code] of [
      ['Employees(999999)', 'REFERENCE_NOT_FOUND'],
      ['Tenants(9101)', 'INVALID_FORMAT'],
      ['Employees', 'INVALID_FORMAT'],
      ['Employees(1)/ManagedBuildings(1)', 'INVALID_FORMAT'],
      ['%zz', 'INVALID_FORMAT'],
      [4, 'INVALID_FORMAT'],
      [undefined, 'INVALID_FORMAT'],
    ] as const)
      expect([reference, ...refusalOf(await write.put(path, { '@id': reference }, admin))]).toEqual(
        [reference, 400, code, '@id'],
      )
    expect(await valueOf('/api/Buildings(1)/ManagerEmployeeId')).toBe(before)
  })

  test('methods that no reference of the kind has are 405 with those that it has', async () => {
    const single = await write.post('/api/Buildings(1)/ManagerEmployee/$ref', {}, admin)
    expect([single.status, single.headers['allow']]).toEqual([
      405,
      'GET, HEAD, PUT, DELETE, OPTIONS',
    ])
    const many = await write.patch('/api/Employees(1)/SupervisedBuildings/$ref', {}, admin)
    expect([many.status, many.headers['allow']]).toEqual([
      405,
      'GET, HEAD, POST, PUT, DELETE, OPTIONS',
    ])
    // Integrators do not keep buildings.
    expect(
      (await write.put('/api/Buildings(1)/ManagerEmployee/$ref', { '@id': 'Employees(1)' })).status,
    ).toBe(405)
  })
})

describe('JSON Format 4.01 §4.5 control information in bodies', () => {
  test('what clients send back of an answer is no field', async () => {
    const id = await newCoTenant()
    const path = `/api/CoTenants(${id})`
    const full = await app.ask(path, {
      headers: { accept: 'application/json;odata.metadata=full' },
    })
    const seen = full.json as Readonly<Record<string, unknown>>
    expect(Object.keys(seen).some((name) => name.includes('@odata.'))).toBe(true)
    expect(rowOf(await write.patch(path, { ...seen, FirstName: 'Anne' }))['FirstName']).toBe('Anne')
    for (const extra of [
      { '@odata.type': '#Primmo.HApi.CoTenant', '@odata.context': 'x', 'Id@odata.type': '#Int32' },
      { '@type': '#CoTenant', '@id': 'CoTenants(1)', 'Tenant@navigationLink': 'Tenants(1)' },
      { 'odata.type': 'Primmo.HApi.CoTenant', 'odata.metadata': 'x' },
      { 'Tenant@odata.associationLinkUrl': 'x', '@Core.ContentID': '1' },
    ]) {
      const answer = await write.patch(path, { ...extra, FirstName: 'Anne' })
      expect([extra, rowOf(answer)['FirstName']]).toEqual([extra, 'Anne'])
      const created = await write.post('/api/CoTenants?dryRun=true', {
        ...person,
        TenantId: 9101,
        ...extra,
      })
      expect([extra, created.status]).toEqual([extra, 201])
    }
  })
})

describe('Isolation and rights along the way', () => {
  test('rows of another account are neither ways nor targets', async () => {
    const as = 'other' as const
    const tenant = rowOf(
      await write.post('/api/Tenants', {
        CompanyNo: 3,
        DivisionNo: 2,
        LastName: 'Roy',
        FirstName: 'Z',
      }),
    ).Id
    expect((await write.post(`/api/Tenants(${tenant})/CoTenants`, person, { as })).status).toBe(404)
    const id = await newCoTenant()
    for (const path of [`/api/Tenants(9101)/CoTenants(${id})`, `/api/CoTenants(${id})/Email`]) {
      expect((await write.remove(path, { as })).status).toBe(404)
    }
    expect(
      (await write.put(`/api/CoTenants(${id})/FirstName`, { value: 'x' }, { as })).status,
    ).toBe(404)
    expect((await app.ask(`/api/CoTenants(${id})`)).status).toBe(200)
  })

  test('a set on the way that may not be read is no way', async () => {
    const { databaseName, userName } = app.clients.revocable
    await revokeRight(
      app.db.database,
      { databaseName, userName },
      { set: 'Tenants', operation: 'read' },
    )
    const as = 'revocable' as const
    await expect.poll(async () => (await app.ask('/api/Tenants(9101)', { as })).status).toBe(403)
    const answer = await write.post('/api/Tenants(9101)/CoTenants', person, { as })
    expect(refusalOf(answer)).toEqual([403, 'READ_NOT_PERMITTED', 'Tenants'])
  })
})
