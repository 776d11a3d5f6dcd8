/** What requests ask of the form of their answers: versions, formats, control information, preferences. */

import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { expectError } from '../support/expected-error.ts'
import { type Answer, startTestApp, type TestApp } from '../support/test-app.ts'

let app: TestApp

beforeAll(async () => {
  app = await startTestApp()
})
afterAll(() => app.close())

type Json = Readonly<Record<string, unknown>>

const FULL = 'application/json;odata.metadata=full'
const V401 = { 'odata-maxversion': '4.01' }

async function get(path: string, headers: Record<string, string> = {}): Promise<Answer> {
  return app.ask(path, { headers })
}

async function rowsOf(path: string, headers: Record<string, string>): Promise<readonly Json[]> {
  const { status, json } = await get(path, headers)
  expect([path, status]).toEqual([path, 200])
  // Every answer here is a collection.
  return (json as { value: readonly Json[] }).value
}

describe('Protocol 4.01 §8.1.5 OData-Version', () => {
  test('is on every answer, whatever its kind, in the version that is asked', async () => {
    const paths = [
      '/api',
      '/api/$metadata',
      '/api/Buildings',
      '/api/Buildings(630)',
      '/api/Buildings(630)/Name',
      '/api/Buildings(630)/Name/$value',
      '/api/Buildings/$count',
      // 204
      '/api/Units(1440)/CurrentTenant/LastName',
      // Refusals, before and after a route is known.
      '/api/Buildings(77)',
      '/api/Nothing',
      '/api/Buildings?$filter=',
      '/api/%zz',
      `/api/Buildings?x=${'a'.repeat(40_000)}`,
    ]
    for (const path of paths) {
      expect([path, (await get(path)).headers['odata-version']]).toEqual([path, '4.0'])
      expect([path, (await get(path, V401)).headers['odata-version']]).toEqual([path, '4.01'])
    }
    for (const options of [
      { as: null },
      { method: 'DELETE' },
      { method: 'OPTIONS' },
      { method: 'POST', as: null },
      { method: 'POST', headers: { 'content-type': 'text/csv' }, body: 'a' },
      { headers: { accept: 'text/csv' } },
      { headers: { 'odata-maxversion': '3.0' } },
    ] as const) {
      const { headers } = await app.ask('/api/Buildings(630)', options)
      expect([options, headers['odata-version']]).toEqual([options, '4.0'])
    }
  })

  test('a body of a version that is not understood is refused, a request without a body is not', async () => {
    const headers = { 'odata-version': '5.0', 'content-type': 'application/json' }
    const write = await app.ask('/api/Suppliers(41)', { method: 'PATCH', headers, body: '{}' })
    expectError(write, {
      status: 400,
      code: 'VERSION_NOT_SUPPORTED',
      message: "La version OData « 5.0 » n'est pas prise en charge; demandez 4.0 ou 4.01.",
    })
    expect((await get('/api/Suppliers(41)', { 'odata-version': '5.0' })).status).toBe(200)
  })

  test('4.01 writes control information without odata., and the amount of metadata too', async () => {
    const answer = await get('/api/Buildings?$top=1&$count=true&$select=Id', V401)
    expect(answer.headers['content-type']).toBe('application/json;metadata=minimal')
    expect(Object.keys(answer.json as Json)).toEqual(['@context', '@count', 'value'])
    expect(answer.text).not.toContain('@odata.')
  })
})

describe('contract B10: a request without OData awareness', () => {
  test('gets the plain body, and says no more of its type than asked', async () => {
    for (const accept of ['', 'application/json', '*/*', 'application/json;odata=verbose']) {
      const answer = await get('/api/Buildings?$top=1&$select=Id', accept === '' ? {} : { accept })
      expect([accept, Object.keys(answer.json as Json)]).toEqual([accept, ['value']])
      expect(answer.headers['content-type']).toBe('application/json')
    }
  })
})

describe('Protocol 4.01 §8.2.1 Accept', () => {
  test.each([
    ['text/csv, application/json;q=0.1', 'application/json'],
    ['application/json;odata.metadata=full;q=0.5, application/json;odata.metadata=none', 'none'],
    ['*/*, application/json;odata.metadata=none', 'none'],
    ['application/json;q=0.9, application/json;odata.metadata=minimal;q=0.9', 'minimal'],
    ['application/json; METADATA=None', 'none'],
    ['application/json;odata.metadata="none"', 'none'],
    ['application/json;odata.metadata=most, */*;q=0.1', 'application/json'],
    ['application/json;charset=utf-8', 'application/json;charset=utf-8'],
    ['application/json;charset="UTF-8";odata.metadata=none', 'charset=utf-8'],
    ['application/json;odata.streaming=true', 'odata.streaming=true'],
    ['application/json;ExponentialDecimals=true', 'application/json'],
    ['application/json;IEEE754Compatible=false', 'application/json'],
    ['text/json', 'application/json'],
  ])('%s is answered by %s', async (accept, type) => {
    const answer = await get('/api/Buildings?$top=1', { accept })
    expect(answer.status).toBe(200)
    expect(answer.headers['content-type']).toContain(type)
    if (!accept.includes('charset')) expect(answer.headers['content-type']).not.toContain('charset')
  })

  test.each([
    'text/csv',
    'application/json;q=0',
    '*/*, application/json;q=0',
    'application/json;odata.metadata=most',
    'application/json;version=1',
    'application/json;IEEE754Compatible=perhaps',
    'application/json;charset=iso-8859-1',
    'application/xml',
  ])('%s is 406', async (accept) => {
    expect((await get('/api/Buildings', { accept })).status).toBe(406)
  })

  test('Accept-Charset that leaves UTF-8 out is 406', async () => {
    for (const [charset, status] of [
      ['utf-8', 200],
      ['UTF-8;q=0.5, iso-8859-1', 200],
      ['*', 200],
      ['iso-8859-1, *;q=0.1', 200],
      ['iso-8859-1', 406],
      ['utf-8;q=0, *', 406],
    ] as const) {
      const answer = await get('/api/Buildings?$top=1', { 'accept-charset': charset })
      expect([charset, answer.status]).toEqual([charset, status])
    }
  })

  test('$format wins, in any spelling of its name', async () => {
    for (const option of ['$format', 'format', '%24FORMAT']) {
      const accept = 'text/csv'
      const url = `/api/Buildings?$top=1&${option}=application/json;odata.metadata=none`
      expect((await get(url, { accept })).headers['content-type']).toBe(
        'application/json;odata.metadata=none',
      )
      for (const path of ['/api', '/api/$metadata'])
        expect((await get(`${path}?${option}=JSON`, { accept })).status).toBe(200)
    }
    for (const wrong of ['json;odata.metadata=none', 'xml', 'text/csv'])
      expect((await get(`/api/Buildings?$format=${wrong}`)).status).toBe(406)
    expect((await get('/api?$format=xml')).status).toBe(406)
    expect((await get('/api?$filter=true')).status).toBe(400)
    expect((await get('/api/$metadata?$top=1')).status).toBe(400)
  })
})

describe('Protocol 4.01 §8.1.1 Content-Type of a body', () => {
  test.each([
    ['application/json', 200],
    ['application/json;odata.metadata=minimal;charset=UTF-8', 200],
    ['application/json;odata=verbose', 200],
    ['application/json; charset="utf-8"', 200],
    ['application/json;charset=utf-16', 415],
    ['application/json;charset=iso-8859-1', 415],
    ['text/csv', 415],
    ['application/xml', 415],
  ])('%s: %d', async (type, status) => {
    const answer = await app.ask('/api/Suppliers(41)?dryRun=true', {
      method: 'PATCH',
      headers: { 'content-type': type },
      body: '{"City":"Lévis"}',
    })
    expect(answer.status).toBe(status)
  })
})

describe('JSON Format 4.01 §3.1.2 metadata=full', () => {
  test('an entity says its type, identity, address, tag, types of values, relations and operations', async () => {
    const minimal = (
      await get('/api/Leases(9211)', { accept: 'application/json;odata.metadata=minimal' })
    ).json as Json
    const { status, json, headers } = await get('/api/Leases(9211)', { accept: FULL })
    const lease = json as Json
    expect(status).toBe(200)
    expect(headers['content-type']).toBe(FULL)
    expect(Object.keys(lease).slice(0, 5)).toEqual([
      '@odata.context',
      '@odata.type',
      '@odata.id',
      '@odata.etag',
      '@odata.editLink',
    ])
    expect(lease).toMatchObject({
      ...minimal,
      '@odata.type': '#Primmo.HApi.Lease',
      '@odata.id': 'Leases(9211)',
      '@odata.editLink': 'Leases(9211)',
      'StartDate@odata.type': '#Date',
      'Id@odata.type': '#Int32',
      'ModifiedDate@odata.type': '#DateTimeOffset',
      'Unit@odata.navigationLink': 'Leases(9211)/Unit',
      'Unit@odata.associationLink': 'Leases(9211)/Unit/$ref',
      '#Primmo.HApi.RentOn': { title: 'RentOn', target: 'Leases(9211)/RentOn' },
      '#Primmo.HApi.Cancel': { title: 'Cancel', target: 'Leases(9211)/Cancel' },
    })
    // What JSON shows by itself needs no type.
    for (const plain of ['LeaseNo', 'IsRenewable']) {
      expect(lease).toHaveProperty(plain)
      expect(lease).not.toHaveProperty(`${plain}@odata.type`)
    }
  })

  test('4.01 writes it without odata. and built-in types without a hash', async () => {
    const { json } = await get('/api/Leases(9211)?$select=Id,StartDate', {
      ...V401,
      accept: 'application/json;metadata=full',
    })
    expect(json).toMatchObject({
      '@type': '#Primmo.HApi.Lease',
      '@id': 'Leases(9211)',
      '@editLink': 'Leases(9211)',
      'Id@type': 'Int32',
      'StartDate@type': 'Date',
    })
  })

  test('an entity that the caller cannot change has a readLink instead, and offers no action', async () => {
    const building = (await get('/api/Buildings(630)', { accept: FULL })).json as Json
    expect(building).toMatchObject({ '@odata.readLink': 'Buildings(630)' })
    expect(building).not.toHaveProperty('@odata.editLink')
    const own = (
      await app.ask('/api/Buildings(630)', { as: 'administrator', headers: { accept: FULL } })
    ).json
    expect(own).toMatchObject({ '@odata.editLink': 'Buildings(630)' })
  })

  test('every link leads where it says', async () => {
    const path = '/api/Units?$filter=Id eq 1448 or Id eq 1440&$orderby=Id&$expand=Building,Leases'
    const units = await rowsOf(path, { accept: FULL })
    const links = units.flatMap(linksOf)
    expect(links.length).toBeGreaterThan(30)
    for (const [name, link] of links) {
      if (name === '#Primmo.HApi.Cancel') continue
      const query = name === '#Primmo.HApi.RentOn' ? '?Date=2026-07-01' : ''
      const answer = await get(`/api/${link}${query}`)
      expect([name, link, [200, 204].includes(answer.status)]).toEqual([name, link, true])
      if (name === '@odata.id') expect(link).toContain(`(${String((answer.json as Json)['Id'])})`)
    }
    // The functions that the unit offers can be called where they say.
    expect(links.map(([name]) => name)).toContain('#Primmo.HApi.Availability')
  })

  /** Names and addresses of all links, at any depth. */
  function linksOf(value: unknown): readonly (readonly [string, string])[] {
    if (Array.isArray(value)) return value.flatMap(linksOf)
    if (typeof value !== 'object' || value === null) return []
    return Object.entries(value).flatMap(([name, member]): (readonly [string, string])[] => {
      if (/@odata\.(?:id|editLink|readLink|navigationLink|associationLink)$/.test(name))
        return [[name, String(member)]]
      if (name.startsWith('#')) return [[name, String((member as Json)['target'])]]
      return [...linksOf(member)]
    })
  }

  test('$select leaves out what it does not name; a navigation property that it names is a link', async () => {
    const unit = (await get('/api/Units(1448)?$select=UnitCode,Building', { accept: FULL }))
      .json as Json
    expect(Object.keys(unit)).toEqual([
      '@odata.context',
      '@odata.type',
      '@odata.id',
      '@odata.etag',
      unit['@odata.editLink'] === undefined ? '@odata.readLink' : '@odata.editLink',
      'UnitCode',
      'Building@odata.navigationLink',
      'Building@odata.associationLink',
    ])
  })

  test('operations of the set stand beside its rows, and not when they are reached by navigation', async () => {
    const target = { title: 'ForRent', target: 'Units/ForRent' }
    expect((await get('/api/Units?$top=1', { accept: FULL })).json).toMatchObject({
      '#Primmo.HApi.ForRent': target,
    })
    expect((await get('/api/Buildings(630)/Units?$top=1', { accept: FULL })).text).not.toContain(
      '"#Primmo.HApi.ForRent"',
    )
  })

  test('a media entity says where its stream is and of which type', async () => {
    await app.sql(
      `insert into documents (account_id, id, company_no, division_no, ledger_division_id,
         document_type, title, file_name, content_type, file_size, document_date, source)
       select 1, 7001, company_no, division_no, id, 'BAIL', 'Bail', 'bail.pdf', 'application/pdf', 9,
         '2026-06-15', 'T' from ledger_divisions where account_id = 1 and id = 3`,
    )
    const [document] = await rowsOf('/api/Documents?$top=1&$orderby=Id', { accept: FULL })
    const address = `Documents(${String(document?.['Id'])})/$value`
    expect(document).toMatchObject({
      '@odata.mediaReadLink': address,
      '@odata.mediaContentType': 'application/pdf',
    })
  })

  test('minimal says the identity of an entity whose key is not selected, none never does', async () => {
    const path = '/api/Units(1448)?$select=UnitCode'
    expect((await get(path, { 'odata-maxversion': '4.0' })).json).toMatchObject({
      '@odata.id': 'Units(1448)',
    })
    expect((await get(`${path},Id`, { 'odata-maxversion': '4.0' })).text).not.toContain('@odata.id')
    expect(
      (await get(path, { accept: 'application/json;odata.metadata=none' })).text,
    ).not.toContain('@odata')
  })
})

describe('JSON Format 4.01 §4.4 Payload Ordering Constraints', () => {
  test('streaming=true: control information first, what belongs to a property together, relations last', async () => {
    for (const metadata of ['minimal', 'full']) {
      const accept = `application/json;odata.metadata=${metadata};odata.streaming=true`
      const answer = await get('/api/Units(1448)?$expand=Building,Leases', { accept })
      expect(answer.headers['content-type']).toBe(accept)
      const names = Object.keys(answer.json as Json)
      const relations = new Set(names.filter((name) => name.endsWith('@odata.navigationLink')))
      expect(names[0]).toBe('@odata.context')
      if (metadata === 'full') expect(names[1]).toBe('@odata.type')
      const first = (test_: (name: string) => boolean): number => names.findIndex(test_)
      const isOwn = (name: string): boolean => /^\w+$/.test(name) && !isRelation(name)
      const isRelation = (name: string): boolean =>
        ['Building', 'Leases'].includes(name) ||
        relations.has(`${name.split('@')[0]}@odata.navigationLink`)
      expect(first((name) => name === '@odata.etag')).toBeLessThan(first(isOwn))
      expect(names.findLastIndex(isOwn)).toBeLessThan(first(isRelation))
      for (const [index, name] of names.entries()) {
        const of = /^(\w+)@odata\.type$/.exec(name)?.[1]
        if (of !== undefined) expect(names[index + 1]).toBe(of)
      }
    }
  })
})

describe('Protocol 4.01 §8.2.8.7 Prefer: omit-values', () => {
  const path =
    '/api/Units?$filter=BuildingId eq 630&$orderby=Id&$top=40&$expand=Building,Leases($expand=Tenant),CurrentTenant'

  test.each(['nulls', 'defaults'])('%s: what is null is left out, expanded too', async (value) => {
    for (const headers of [{}, { accept: 'application/json;odata.metadata=minimal' }, V401]) {
      const whole = await get(path, headers)
      const answer = await get(path, { ...headers, prefer: `omit-values=${value}` })
      expect(answer.headers['preference-applied']).toBe(`omit-values=${value}`)
      expect(whole.text).toContain('"CurrentTenant":null')
      expect(answer.json).toEqual(withoutNulls(whole.json))
      expect(answer.text).not.toContain(':null')
    }
  })

  test('one entity, one with nothing to show, and full control information without a value to describe', async () => {
    const prefer = 'omit-values=nulls'
    const whole = (await get('/api/Units(1440)')).json
    expect((await get('/api/Units(1440)', { prefer })).json).toEqual(withoutNulls(whole))
    await app.sql('update units set housing_type = null where account_id = 1 and id = 1440')
    for (const [headers, expected] of [
      [{}, {}],
      [
        { 'odata-maxversion': '4.0' },
        {
          '@odata.context': expect.any(String),
          '@odata.id': 'Units(1440)',
          '@odata.etag': expect.any(String),
        },
      ],
    ] as const)
      expect(
        (await get('/api/Units(1440)?$select=HousingType', { ...headers, prefer })).json,
      ).toEqual(expected)
    const full = (await get('/api/Units(1440)', { accept: FULL, prefer })).json as Json
    for (const name of Object.keys(full)) {
      const of = /^(\w+)@odata\.type$/.exec(name)?.[1]
      if (of !== undefined) expect(full).toHaveProperty(of)
    }
  })

  test('what was written shows everything, and does not say otherwise', async () => {
    const answer = await app.ask('/api/Suppliers(41)', {
      method: 'PATCH',
      headers: { 'content-type': 'application/json', prefer: 'omit-values=nulls' },
      body: '{"City":null}',
    })
    expect(answer.json).toMatchObject({ City: null })
    expect(answer.headers['preference-applied']).toBeUndefined()
  })

  function withoutNulls(value: unknown): unknown {
    if (Array.isArray(value)) return value.map(withoutNulls)
    if (typeof value !== 'object' || value === null) return value
    return Object.fromEntries(
      Object.entries(value)
        .filter(([, member]) => member !== null)
        .map(([name, member]) => [name, withoutNulls(member)]),
    )
  }
})

describe('Protocol 4.01 §8.2.8.4 Prefer: include-annotations', () => {
  test('metadata have all of them, and a number or a value has nothing to say', async () => {
    const prefer = 'include-annotations="-*", omit-values=nulls'
    const metadata = await get('/api/$metadata', { prefer })
    expect(metadata.headers['preference-applied']).toBe('include-annotations="*"')
    for (const path of ['/api/Buildings/$count', '/api/Buildings(630)/Name'])
      expect((await get(path, { prefer })).headers['preference-applied']).toBeUndefined()
  })

  test('rows have none, and the answer says so', async () => {
    const answer = await get('/api/Buildings?$top=1', { prefer: 'odata.include-annotations="*"' })
    expect(answer.headers['preference-applied']).toBe('odata.include-annotations="-*"')
  })
})

describe('Protocol 4.01 §8.2.6 Isolation', () => {
  test('an answer of one page is a snapshot; what cannot be one is 412', async () => {
    for (const name of ['isolation', 'odata-isolation'])
      expect((await get('/api/Units?$expand=Leases', { [name]: 'snapshot' })).status).toBe(200)
    expectError(await get('/api/Units', { isolation: 'snapshot', prefer: 'maxpagesize=2' }), {
      status: 412,
      code: 'ISOLATION_NOT_SUPPORTED',
      message:
        "L'isolement « snapshot » ne peut être garanti ici : seule une lecture qui répond en une seule page est isolée (snapshot).",
    })
    expect((await get('/api/Units', { isolation: 'dirty' })).status).toBe(412)
    const write = await app.ask('/api/Suppliers(41)', {
      method: 'PATCH',
      headers: { 'content-type': 'application/json', 'odata-isolation': 'snapshot' },
      body: '{}',
    })
    expect(write.status).toBe(412)
  })
})

describe('Protocol 4.01 §11.2.12 $schemaversion', () => {
  test('* and the version that the metadata say are the current one, another is 404', async () => {
    const metadata = await get('/api/$metadata?$schemaversion=*')
    const version = /Core\.SchemaVersion" String="([^"]+)"/.exec(metadata.text)?.[1] ?? ''
    expect(version).not.toBe('')
    for (const path of ['/api', '/api/$metadata', '/api/Buildings(630)', '/api/Buildings/$count']) {
      for (const known of ['*', version])
        expect([path, (await get(`${path}?$schemaversion=${known}`)).status]).toEqual([path, 200])
      expectError(await get(`${path}?$schemaversion=2019.1`), {
        status: 404,
        code: 'SCHEMA_VERSION_NOT_FOUND',
        target: '$schemaversion',
        message: `La version « 2019.1 » du schéma n'existe pas; la version courante est « ${version} », ou « * ».`,
      })
    }
  })
})

describe('Protocol 4.01 §8.1.3, §8.3.8: languages and caches', () => {
  test('the service document is in the language of the request', async () => {
    for (const [language, title] of [
      ['fr', 'Immeuble'],
      ['en', 'Building'],
    ] as const) {
      const answer = await get('/api', { 'accept-language': language })
      expect(answer.headers['content-language']).toBe(language)
      const { value } = answer.json as { value: readonly Json[] }
      expect(value.find(({ name }) => name === 'Buildings')?.['title']).toBe(title)
      expect(answer.headers.vary).toContain('Accept-Language')
    }
  })

  test('Vary names what the answer depends on', async () => {
    const { headers } = await get('/api/Buildings?$top=1')
    for (const name of ['Accept', 'OData-MaxVersion', 'OData-Version', 'Prefer'])
      expect(headers.vary?.split(/, */)).toContain(name)
  })
})
