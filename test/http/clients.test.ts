import { brotliDecompressSync, gunzipSync } from 'node:zlib'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { expectError } from '../support/expected-error.ts'
import { startTestApp, type TestApp } from '../support/test-app.ts'

let app: TestApp

beforeAll(async () => {
  app = await startTestApp()
})

afterAll(async () => {
  await app.close()
})

describe('odata.md 0.3–0.4 spellings of URLs', () => {
  test('a trailing slash, before the query and without one', async () => {
    for (const path of [
      '/api/Buildings/',
      '/api/',
      '/api/Buildings(1)/',
      '/api/Buildings(1)/Units/',
    ]) {
      const plain = await app.ask(path.slice(0, -1))
      const slashed = await app.ask(path)
      expect([path, slashed.status, slashed.text]).toEqual([path, 200, plain.text])
    }
    expect(await app.ids('/api/Buildings/?$filter=Id eq 628&$select=Id')).toEqual([628])
  })

  test('+ is a blank, %24 is $, as URLSearchParams writes', async () => {
    const query = new URLSearchParams({
      $filter: "CompanyNo eq 3 and Name eq 'Les Pins'",
      $select: 'Id,Name',
      $orderby: 'Name desc',
    })
    expect(query.toString()).toContain('%24filter=CompanyNo+eq+3+and+Name+eq+%27Les+Pins%27')
    expect(await app.rows(`/api/Buildings?${query.toString()}`)).toEqual([
      { Id: 630, Name: 'Les Pins' },
    ])
    // A plus sign itself is %2B.
    await app.sql("update buildings set comment = 'a+b' where account_id = 1 and id = 630")
    expect(await app.ids("/api/Buildings?$filter=Comment eq 'a%2Bb'&$select=Id")).toEqual([630])
  })

  test('& and = and # inside a literal, encoded', async () => {
    await app.sql("update buildings set comment = 'a&b=c#d?e%f' where account_id = 1 and id = 630")
    expect(
      await app.ids(
        `/api/Buildings?$select=Id&$filter=${encodeURIComponent("Comment eq 'a&b=c#d?e%f'")}`,
      ),
    ).toEqual([630])
  })

  test('custom options are ignored, unknown system options refused with the nearest', async () => {
    expect((await app.ask('/api/Buildings?custom=1&x=2&$top=1&_=1234')).status).toBe(200)
    expectError(await app.ask('/api/Buildings?$fliter=Id eq 1'), {
      status: 400,
      code: 'UNKNOWN_OPTION',
      target: '$fliter',
      message: "L'option « $fliter » n'existe pas. → $filter",
    })
    for (const query of [
      '$top=1&$top=2',
      '$top=1&top=2',
      '$filter=Id eq 1&%24Filter=Id eq 2',
      '@a=1&@a=2',
    ]) {
      const answer = await app.ask(`/api/Buildings?${query}`)
      expect([query, answer.status]).toEqual([query, 400])
      expect(answer.text).toContain('"code":"DUPLICATE_OPTION"')
    }
  })

  test('aliases: values, paths, aliases of aliases; one without a value is null (Protocol §11.2.6.1.3)', async () => {
    expect(await app.ids("/api/Buildings?$select=Id&$filter=Name eq @n&@n='Les Pins'")).toEqual([
      630,
    ])
    expect(
      await app.ids("/api/Buildings?$select=Id&$filter=contains(@p,@n)&@p=Name&@n=@m&@m='Pins'"),
    ).toEqual([630])
    expect(await app.ids('/api/Buildings?$select=Id&$filter=Name eq @n')).toEqual([])
    expect((await app.ids('/api/Units?$select=Id&$filter=Comment eq @n')).length).toBeGreaterThan(1)
    expect((await app.ask('/api/Buildings(@n)')).status).toBe(400)
    expect((await app.ask('/api/Buildings?$filter=@a&@a=@b&@b=@a')).status).toBe(400)
  })
})

describe('URL Conventions 4.01 §5.1.8 $search', () => {
  test('words, phrases, AND, OR, NOT, parentheses, without letter case and accents', async () => {
    const plain = (text: string): string =>
      `translate(lower(${text}), 'àâçèéêëîïôùûü', 'aaceeeeiiouuu')`
    const matches = (word: string): string =>
      `(${plain("concat_ws(' | ', last_name, first_name, email, civic_no_and_street, city)")} like ${plain(`'%${word}%'`)})`
    for (const [search, sql] of [
      ['tremblay', matches('tremblay')],
      ['"Tremblay"', matches('tremblay')],
      ['tremblay alice', `${matches('tremblay')} and ${matches('alice')}`],
      ['tremblay AND alice', `${matches('tremblay')} and ${matches('alice')}`],
      ['tremblay OR roy', `(${matches('tremblay')} or ${matches('roy')})`],
      ['NOT tremblay', `not ${matches('tremblay')}`],
      ['tremblay NOT alice', `${matches('tremblay')} and not ${matches('alice')}`],
      [
        '(tremblay OR roy) AND emma',
        `(${matches('tremblay')} or ${matches('roy')}) and ${matches('emma')}`,
      ],
      ['émile', matches('emile')],
      ['EMILE', matches('emile')],
      ['quebec', matches('quebec')],
      ['%22Qu%C3%A9bec%22', matches('quebec')],
      ['100%25', 'false'],
      ['"_"', matches('\\_')],
    ]) {
      const expected = await app.column(
        `select id from tenants where account_id = 1 and ${sql} order by id`,
      )
      expect([search, await app.ids(`/api/Tenants?$select=Id&$search=${search}`)]).toEqual([
        search,
        expected,
      ])
    }
  })

  test('accents stand in neither the word nor the text', async () => {
    const buildings = (search: string): Promise<readonly number[]> =>
      app.ids(`/api/Buildings?$select=Id&$search=${encodeURIComponent(search)}`)
    await app.sql(
      "update buildings set name = 'Le Cœur de l''Île', city = 'Montréal' where account_id = 1 and id = 630",
    )
    for (const search of ['montreal', 'MONTRÉAL', 'coeur', 'cœur', '"de l\'ile"', 'île NOT laval'])
      expect([search, await buildings(search)]).toEqual([search, expect.arrayContaining([630])])
    // A phrase does not go on from the name to the city.
    expect(await buildings('"ile montreal"')).toEqual([])
    await app.sql(
      "update buildings set name = 'Les Pins', city = 'Québec' where account_id = 1 and id = 630",
    )
  })

  test('in $expand, in $count of an expression and of an expand', async () => {
    const found = 'Units/$count($search=12)'
    expect(await app.ids(`/api/Buildings?$select=Id&$filter=${found} gt 0`)).toEqual(
      await app.column(
        `select b.id from buildings b where b.account_id = 1 and exists (select from units u
          where u.account_id = 1 and u.building_id = b.id and concat_ws('|', u.unit_code, u.civic_no_and_street) like '%12%') order by b.id`,
      ),
    )
    const expanded = await app.ask(
      '/api/Buildings(624)?$select=Id&$expand=Units($select=UnitCode;$search=1 OR 2;$count=true)',
    )
    const codes = await app.column<string>(
      `select unit_code from units where account_id = 1 and building_id = 624
          and concat_ws('|', unit_code, civic_no_and_street) ~ '[12]' order by id`,
    )
    expect(expanded.json).toMatchObject({ Units: codes.map((UnitCode) => ({ UnitCode })) })
  })

  test('rows without a text are never found, and all are by NOT', async () => {
    expect((await app.ask('/api/ReceivableAllocations?$search=a')).text).toBe('{"value":[]}')
    expect((await app.ask('/api/ReceivableAllocations/$count?$search=a')).text).toBe('0')
  })

  test.each(['', '(', '"a', 'a)', '()'])('%s is refused', async (search) => {
    expect((await app.ask(`/api/Tenants?$search=${search}`)).status).toBe(400)
  })
})

describe('formats', () => {
  test('$format replaces Accept', async () => {
    for (const [format, status] of [
      ['json', 200],
      ['application/json', 200],
      ['application/json;odata.metadata=none', 200],
      ['application/json;metadata=minimal', 200],
      ['xml', 406],
      ['atom', 406],
      ['text/csv', 406],
    ] as const) {
      const answer = await app.ask(`/api/Buildings?$top=1&$format=${format}`, {
        headers: { accept: 'text/csv' },
      })
      expect([format, answer.status]).toEqual([format, status])
    }
    expect((await app.ask('/api/$metadata?$format=json')).headers['content-type']).toBe(
      'application/json',
    )
  })

  test('an Accept that cannot be met is 406', async () => {
    expectError(await app.ask('/api/Buildings', { headers: { accept: 'text/csv' } }), {
      status: 406,
      code: 'NOT_ACCEPTABLE',
      target: 'Accept',
      message:
        'Aucun format demandé par « Accept » ou « $format » ne peut être produit : text/csv.',
    })
    for (const accept of [
      'application/atom+xml',
      'application/json;odata.metadata=most',
      'application/json;q=0',
    ])
      expect((await app.ask('/api/Buildings', { headers: { accept } })).status).toBe(406)
  })

  test('IEEE754Compatible: decimals and counts as texts', async () => {
    const answer = await app.ask(
      '/api/Units(1448)?$select=NumberOfRooms,Id,AskingRent,CurrentRent',
      {
        headers: { accept: 'application/json;IEEE754Compatible=true' },
      },
    )
    expect(answer.text).toBe(
      '{"NumberOfRooms":"5.5","Id":1448,"AskingRent":"1235.00","CurrentRent":"1180.00"}',
    )
    expect(answer.headers['content-type']).toBe('application/json;IEEE754Compatible=true')
    const counted = await app.ask('/api/Units?$filter=Id eq 1448&$select=Id&$count=true', {
      headers: { accept: 'application/json;odata.metadata=none;IEEE754Compatible=true' },
    })
    expect(counted.text).toBe('{"@odata.count":"1","value":[{"Id":1448}]}')
  })

  test('OData-MaxVersion and OData-Version', async () => {
    for (const [headers, status, version] of [
      [{ 'odata-maxversion': '4.0' }, 200, '4.0'],
      [{ 'odata-maxversion': '4.01' }, 200, '4.01'],
      [{ 'odata-maxversion': '9.9' }, 200, '4.01'],
      [{ 'odata-version': '4.01', 'odata-maxversion': '4.0' }, 200, '4.0'],
      [{ 'odata-maxversion': '3.0' }, 400, '4.0'],
      [{ 'odata-maxversion': 'x' }, 400, '4.0'],
      [{ 'odata-version': '2.0' }, 400, '4.0'],
      [{ maxdataserviceversion: '3.0' }, 200, '4.0'],
    ] as [Record<string, string>, number, string][]) {
      const answer = await app.ask('/api/Buildings(1)', { headers })
      expect([headers, answer.status]).toEqual([headers, status])
      expect([headers, answer.headers['odata-version']]).toEqual([headers, version])
    }
  })

  test('$metadata is XML for */*, 4.0 unless 4.01 is asked', async () => {
    for (const headers of [{}, { accept: '*/*' }, { accept: 'application/xml' }] as Record<
      string,
      string
    >[]) {
      const answer = await app.ask('/api/$metadata', { headers })
      expect(answer.headers['content-type']).toBe('application/xml')
      expect(answer.text).toContain(
        '<edmx:Edmx xmlns:edmx="http://docs.oasis-open.org/odata/ns/edmx" Version="4.0">',
      )
    }
    const json = await app.ask('/api/$metadata', {
      headers: { accept: 'application/json', 'odata-maxversion': '4.01' },
    })
    expect(json.headers['content-type']).toBe('application/json')
    expect((json.json as { $Version: string }).$Version).toBe('4.01')
  })
})

describe('HEAD and OPTIONS', () => {
  test('HEAD answers what GET would, without a body', async () => {
    for (const path of [
      '/api/Buildings(1)',
      '/api/Buildings?$top=3',
      '/api/Units',
      '/api/$metadata',
      '/api',
      '/api/Buildings/$count',
    ]) {
      const get = await app.ask(path)
      const head = await app.ask(path, { method: 'HEAD' })
      expect([path, head.status, head.text]).toEqual([path, 200, ''])
      expect(head.headers['content-type']).toBe(get.headers['content-type'])
      expect(head.headers['odata-version']).toBe(get.headers['odata-version'])
    }
    expect((await app.ask('/api/Buildings(77)', { method: 'HEAD' })).status).toBe(404)
    expect((await app.ask('/api/Buildings(1)', { method: 'HEAD', as: null })).status).toBe(401)
  })

  test('HEAD of a long list leaves no statement behind', async () => {
    for (let index = 0; index < 20; index += 1)
      expect((await app.ask('/api/Units?$expand=Leases,Building', { method: 'HEAD' })).status).toBe(
        200,
      )
    expect((await app.ask('/api/Buildings(1)')).status).toBe(200)
  })

  test('what belongs to no set, and a part of one, are read alone', async () => {
    for (const path of [
      '/api/',
      '/api/$metadata',
      '/api/$entity?$id=Units(9001)',
      '/api/$crossjoin(Units,Buildings)',
      '/api/Units/$filter(Id eq 9001)',
    ])
      for (const method of ['POST', 'PUT', 'PATCH', 'DELETE', 'OPTIONS'] as const) {
        const body = method === 'DELETE' || method === 'OPTIONS' ? {} : { body: '{}' }
        const answer = await app.ask(path, { method, ...body })
        expect([path, method, answer.status, answer.headers['allow']]).toEqual([
          path,
          method,
          method === 'OPTIONS' ? 204 : 405,
          'GET, HEAD, OPTIONS',
        ])
      }
  })

  test('OPTIONS says what is offered', async () => {
    const answer = await app.ask('/api/Buildings', { method: 'OPTIONS' })
    expect([answer.status, answer.headers['allow']]).toEqual([204, 'GET, HEAD, OPTIONS'])
  })
})

describe('compression', () => {
  test('gzip and brotli carry the same bytes', async () => {
    for (const path of ['/api/Buildings', '/api/Units?$expand=Leases,Building', '/api/$metadata']) {
      const plain = await app.ask(path)
      expect(plain.headers['content-encoding']).toBeUndefined()
      const gzip = await app.ask(path, { headers: { 'accept-encoding': 'gzip' } })
      expect(gzip.headers['content-encoding']).toBe('gzip')
      expect(gunzipSync(gzip.bytes).equals(plain.bytes)).toBe(true)
      const brotli = await app.ask(path, { headers: { 'accept-encoding': 'br, gzip' } })
      expect(brotli.headers['content-encoding']).toBe('br')
      expect(brotliDecompressSync(brotli.bytes).equals(plain.bytes)).toBe(true)
      expect(brotli.headers.vary).toMatch(/accept-encoding/i)
    }
  })

  test('a small answer, and an error, stay as they are', async () => {
    const headers = { 'accept-encoding': 'br, gzip' }
    const small = await app.ask('/api/Buildings(1)/Name', { headers })
    expect(small.headers['content-encoding']).toBeUndefined()
    expect((await app.ask('/api/Nothing', { headers })).headers['content-encoding']).toBeUndefined()
  })
})

describe('odata.md e. strict clients', () => {
  test('Power BI and Excel', async () => {
    const first = await app.ask('/api/', {
      headers: {
        accept:
          'application/json;odata.metadata=minimal;q=1.0,application/json;odata=minimalmetadata;q=0.9,application/atomsvc+xml;q=0.8,application/atom+xml;q=0.8,application/xml;q=0.7,text/plain;q=0.7',
        'odata-maxversion': '4.0',
        maxdataserviceversion: '3.0',
        'user-agent': 'Microsoft.Data.Mashup (https://go.microsoft.com/fwlink/?LinkID=304225)',
      },
    })
    expect(first.status).toBe(200)
    expect(first.headers['odata-version']).toBe('4.0')
    const service = first.json as Record<string, unknown>
    expect(service['@odata.context']).toBe(`${app.baseUrl}/api/$metadata`)
    // The domain's sets, those of the webhooks, the audit, and `Me`.
    expect(service['value']).toHaveLength(53 + 3 + 1 + 1)
    const list = await app.ask('/api/Buildings?$top=1000&$select=Id,Name', {
      headers: {
        accept: 'application/json;odata.metadata=minimal',
        'odata-maxversion': '4.0',
        maxdataserviceversion: '3.0',
        prefer: 'odata.include-annotations="*"',
      },
    })
    expect((list.json as Record<string, unknown>)['@odata.context']).toBe(
      `${app.baseUrl}/api/$metadata#Buildings(Id,Name)`,
    )
  })

  test('DevExtreme', async () => {
    const accept = 'application/json;odata=verbose,text/plain, */*; q=0.01'
    const answer = await app.ask(
      "/api/Buildings?$filter=contains(tolower(Name),'pins')&$select=Id&$top=0&$count=true",
      { headers: { accept, 'content-type': 'application/json;odata=verbose' } },
    )
    expect([answer.status, answer.text]).toEqual([200, '{"@odata.count":1,"value":[]}'])
  })

  test('UI5 v4', async () => {
    const metadata = await app.ask('/api/$metadata', { headers: { accept: '*/*' } })
    expect([metadata.status, metadata.headers['odata-version']]).toEqual([200, '4.0'])
    const answer = await app.ask('/api/Units?$count=true&$select=Id,NumberOfRooms&$skip=0&$top=1', {
      headers: {
        accept: 'application/json;odata.metadata=minimal;IEEE754Compatible=true',
        'odata-version': '4.0',
        'odata-maxversion': '4.0',
        'x-csrf-token': 'Fetch',
        'content-type': 'application/json;charset=UTF-8;IEEE754Compatible=true',
      },
    })
    const [total] = await app.column<string>(
      'select count(*)::text from units where account_id = 1',
    )
    const unit = (await app.ask('/api/Units(1440)')).json as { ModifiedDate: string }
    const modified = unit.ModifiedDate
    expect(answer.json).toEqual({
      '@odata.context': `${app.baseUrl}/api/$metadata#Units(Id,NumberOfRooms)`,
      '@odata.count': total,
      value: [{ '@odata.etag': `W/"${modified}"`, Id: 1440, NumberOfRooms: '4.5' }],
    })
    expect(answer.headers['odata-version']).toBe('4.0')
    expect(answer.headers['content-type']).toBe(
      'application/json;odata.metadata=minimal;IEEE754Compatible=true',
    )
  })

  test('odata2ts and Syncfusion', async () => {
    for (const headers of [
      { accept: 'application/json', 'content-type': 'application/json' },
      { accept: 'application/json, text/javascript, */*; q=0.01', prefer: 'return=representation' },
    ] as Record<string, string>[]) {
      const answer = await app.ask('/api/Buildings/?$count=true&$filter=(Id eq 628)&$select=Id', {
        headers,
      })
      expect(answer.text).toBe('{"@odata.count":1,"value":[{"Id":628}]}')
    }
  })
})

describe('Syncfusion: paths of expanded relations in the outer selection', () => {
  test.each([
    [
      '$select=Id,Building/Name&$expand=Building',
      '$select=Id,Building&$expand=Building($select=Name)',
    ],
    [
      '$select=Building/Name,Building/City&$expand=building($select=Id)',
      '$select=Building&$expand=Building($select=Id,Name,City)',
    ],
  ])('%s is %s', async (asked, meant) => {
    const page = '$orderby=Id&$top=3'
    const rows = await app.rows(`/api/Units?${asked}&${page}`)
    expect(rows).toEqual(await app.rows(`/api/Units?${meant}&${page}`))
    expect(rows).toHaveLength(3)
  })

  test('not without its $expand, which is named', async () => {
    const answer = await app.ask('/api/Units?$select=Id,Building/Name')
    expect(answer.status).toBe(400)
    expect(answer.text).toContain('$expand=Building($select=Name)')
  })
})

describe('Syncfusion: batches at the address of a set', () => {
  test.each(['/api/Notes/$batch', '/api/notes/%24batch'])('%s', async (url) => {
    const answer = await app.ask(url, {
      method: 'POST',
      headers: { 'content-type': 'multipart/mixed; boundary=batch_7766a5d3' },
      body: '--batch_7766a5d3\nContent-Type: application/http\nContent-Transfer-Encoding: binary \n\nGET Buildings(628)?$select=Name HTTP/1.1\nAccept: application/json, text/javascript, */*; q=0.01\n\n\n--batch_7766a5d3--',
    })
    expect(answer.status).toBe(200)
    expect(answer.text).toContain('{"Name":"Les Chênes"}')
  })
})
