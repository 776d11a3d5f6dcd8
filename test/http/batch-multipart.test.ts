import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { startTestApp, type TestApp } from '../support/test-app.ts'
import {
  askMultipart,
  changeSet,
  multipart,
  part,
  readResponses,
  request,
  sendMultipart,
  several,
  single,
  statuses,
} from './batch-messages.ts'

let app: TestApp

beforeAll(async () => {
  app = await startTestApp()
})

afterAll(() => app.close())

const note = (Body: string): object => ({ LedgerDivisionId: 3, TenantId: 1, Body })

async function notes(prefix: string): Promise<readonly string[]> {
  return app.column(
    'select body from notes where account_id = 1 and starts_with(body, $1) order by id',
    [prefix],
  )
}

const get = (url: string): string => part(request(`GET ${url}`))

describe('Protocol 4.01 §11.7.7.1 Multipart Batch Request Body', () => {
  test('one answer per request, formatted as it is outside of a batch', async () => {
    const paths = [
      'Tenants(9101)',
      'Units?$top=3&$select=Id',
      'Buildings/$count',
      'Buildings(1)/Nope',
    ]
    const answer = await sendMultipart(app, multipart(...paths.map(get)), {
      headers: { prefer: 'odata.continue-on-error' },
    })
    expect(answer.headers['content-type']).toMatch(/^multipart\/mixed; boundary=\S+$/)
    expect(answer.headers['odata-version']).toBe('4.0')
    expect(answer.headers['preference-applied']).toBe('odata.continue-on-error=true')
    const steps = await askMultipart(app, multipart(...paths.map(get)), {
      headers: { prefer: 'continue-on-error' },
    })
    expect(steps).toHaveLength(paths.length)
    for (const [index, path] of paths.entries()) {
      const alone = await app.ask(`/api/${path}`)
      const told = single(steps[index])
      expect([path, told.status]).toEqual([path, alone.status])
      if (alone.status === 200) expect(told.text).toBe(alone.text)
      for (const name of ['content-type', 'etag', 'odata-version'])
        expect([path, name, told.headers.get(name)]).toEqual([path, name, alone.headers[name]])
    }
  })

  test('absolute URIs, absolute paths with Host, and paths relative to the batch', async () => {
    const host = `127.0.0.1:${app.port}`
    const steps = await askMultipart(
      app,
      multipart(
        get(`${app.baseUrl}/api/Buildings/$count`),
        get(`HTTPS://${host.toUpperCase()}/api/Buildings/$count`),
        part(request('GET /api/Buildings/$count', undefined, { Host: host })),
        get('/API/Buildings/$count'),
        get('Buildings/$count'),
        get('./Buildings/$count?x=http://elsewhere.example/'),
        get(`//${host}/api/Buildings/$count`),
      ),
    )
    const { text } = await app.ask('/api/Buildings/$count')
    expect(steps.map((step) => [single(step).status, single(step).text])).toEqual(
      steps.map(() => [200, text]),
    )
  })

  test.each([
    ['LF alone', (body: string) => body.replaceAll('\r\n', '\n')],
    ['a preamble and an epilogue', (body: string) => `To whom it may concern\r\n${body}\r\nYours`],
    ['no blank after colons', (body: string) => body.replaceAll(': ', ':')],
    [
      'blanks behind the boundary',
      (body: string) => body.replaceAll('--batch\r\n', '--batch \t\r\n'),
    ],
    ['no version in the request line', (body: string) => body.replaceAll(' HTTP/1.1', '')],
    ['no end of line at its end', (body: string) => body.trimEnd()],
    ['lower-case headers', (body: string) => body.replaceAll('Content-Type', 'content-type')],
  ])('a body with %s', async (_, change) => {
    const body = multipart(
      get('Buildings/$count'),
      changeSet(part(request('POST Notes', note('tolerant')), '1.0')),
      // As some clients delete: with a type and without a body.
      changeSet(
        part(request('DELETE Notes(999999)', undefined, { 'Content-Type': 'application/json' })),
      ),
    )
    const steps = await askMultipart(app, change(body))
    expect(statuses(steps)).toEqual([200, [201], 404])
    expect(several(steps[1])[0]?.contentId).toBe('1.0')
  })

  test('a quoted boundary, with characters that need it', async () => {
    const body = multipart(get('Buildings/$count')).replaceAll('--batch', '--a (b)=c?')
    const answer = await sendMultipart(app, body, {
      headers: { 'content-type': 'Multipart/Mixed;charset=UTF-8;Boundary="a (b)=c?"' },
    })
    expect([answer.status, answer.text]).toEqual([200, expect.stringContaining('HTTP/1.1 200 OK')])
  })

  test('an inner boundary that begins with the outer one', async () => {
    const body = multipart(changeSet(part(request('POST Notes', note('boundaries'))))).replaceAll(
      'changes',
      'batch-changes',
    )
    expect(statuses(await askMultipart(app, body))).toEqual([[201]])
  })

  test('Content-ID among the headers of the request', async () => {
    const steps = await askMultipart(
      app,
      multipart(changeSet(part(request('POST Notes', note('inner'), { 'Content-ID': '0.1' })))),
    )
    expect(several(steps[0])[0]?.contentId).toBe('0.1')
  })

  test('a part inherits version and preferences from the batch, and its own come first', async () => {
    const own = { 'OData-MaxVersion': '4.0', Prefer: 'maxpagesize=1' }
    const steps = await askMultipart(
      app,
      multipart(
        get('Buildings?$select=Id'),
        part(request('GET Buildings?$select=Id', undefined, own)),
      ),
      { headers: { 'odata-maxversion': '4.01', prefer: 'maxpagesize=2, wait=5' } },
    )
    expect(single(steps[0]).json).toHaveProperty('@nextLink')
    expect(single(steps[0]).json).toHaveProperty('value.length', 2)
    expect(single(steps[1]).json).toHaveProperty(['@odata.nextLink'])
    expect(single(steps[1]).json).toHaveProperty('value.length', 1)
  })
})

describe('Protocol 4.01 §11.7.7.4 Processing a Multipart Batch Request', () => {
  const failing = multipart(
    get('Buildings/$count'),
    get('Buildings(0)'),
    changeSet(part(request('POST Notes', note('after a failure')))),
  )

  test('processing stops on the first error, whose answer is the last', async () => {
    expect(statuses(await askMultipart(app, failing))).toEqual([200, 404])
    expect(
      statuses(
        await askMultipart(app, failing, { headers: { prefer: 'continue-on-error=false' } }),
      ),
    ).toEqual([200, 404])
    expect(await notes('after a failure')).toEqual([])
  })

  test('continue-on-error processes the others too', async () => {
    const headers = { prefer: 'continue-on-error' }
    expect(statuses(await askMultipart(app, failing, { headers }))).toEqual([200, 404, [201]])
    expect(await notes('after a failure')).toEqual(['after a failure'])
  })

  test('a change set is applied as a whole, or not at all and with one answer', async () => {
    const events = await app.column('select count(*)::integer from change_log')
    const steps = await askMultipart(
      app,
      multipart(
        changeSet(
          part(request('POST Notes', note('whole 1')), '1'),
          part(request('PATCH Notes(1)', { Subject: 'whole' }), '2'),
          part(request('POST Notes', { ...note('whole 2'), NoteType: '?' }), '3'),
          part(request('POST Notes', note('whole 3')), '4'),
        ),
      ),
      { headers: { 'accept-language': 'en' } },
    )
    expect(statuses(steps)).toEqual([400])
    expect(single(steps[0])).toMatchObject({
      contentId: '3',
      json: { error: { target: 'NoteType', message: expect.stringContaining('NoteType') } },
    })
    expect(await notes('whole')).toEqual([])
    expect(await app.column('select count(*)::integer from change_log')).toEqual(events)
  })

  test('its answers stand together, with the identifiers of their requests', async () => {
    const steps = await askMultipart(
      app,
      multipart(
        changeSet(
          part(request('POST Notes', note('set 1'), { Prefer: 'return=minimal' }), 'a'),
          part(request('PATCH Notes(1)', { Subject: 'set' }), 'b'),
        ),
        get('Notes(1)?$select=Subject'),
      ),
    )
    expect(statuses(steps)).toEqual([[204, 200], 200])
    expect(several(steps[0]).map(({ contentId }) => contentId)).toEqual(['a', 'b'])
    const [created] = several(steps[0])
    expect(created?.headers.get('odata-entityid')).toMatch(/\/api\/Notes\(\d+\)$/)
    expect(created?.headers.get('location')).toBe(created?.headers.get('odata-entityid'))
    expect(single(steps[1]).json).toEqual({ Subject: 'set' })
    expect(await notes('set 1')).toEqual(['set 1'])
  })

  test('an empty change set and reads in one', async () => {
    const empty = 'Content-Type: multipart/mixed; boundary=changes\r\n\r\n--changes--\r\n'
    expect(statuses(await askMultipart(app, multipart(empty)))).toEqual([[]])
    const steps = await askMultipart(app, multipart(changeSet(get('Tenants(9101)'))))
    expect(single(steps[0]).json).toMatchObject({ error: { code: 'BATCH_INVALID' } })
  })

  test('what a commit would refuse is told of the request whose fault it is', async () => {
    const parking = { TenantId: 9114, ParkingId: 9304, StartDate: '2026-07-01', Amount: 75 }
    const steps = await askMultipart(
      app,
      multipart(
        changeSet(
          part(request('POST TenantParkings', parking), 'first'),
          part(request('POST TenantParkings', parking), 'second'),
        ),
      ),
    )
    expect(single(steps[0])).toMatchObject({ contentId: 'second', status: 409 })
    expect(
      await app.column('select id from tenant_parkings where account_id = 1 and parking_id = 9304'),
    ).toEqual([])
  })

  test('a dry run of a change set commits nothing, and cannot be of a part of it', async () => {
    const dry = (text: string): string => part(request('POST Notes?dryRun=true', note(text)))
    const steps = await askMultipart(app, multipart(changeSet(dry('dry 1'), dry('dry 2'))))
    expect(statuses(steps)).toEqual([[201, 201]])
    const mixed = changeSet(dry('dry 3'), part(request('POST Notes', note('dry 4'))))
    expect(statuses(await askMultipart(app, multipart(mixed)))).toEqual([400])
    expect(await notes('dry')).toEqual([])
  })

  test('a change set is one transaction of the change log', async () => {
    const [before] = await app.column<string>('select coalesce(max(seq), 0)::text from change_log')
    await askMultipart(
      app,
      multipart(
        changeSet(
          part(request('POST Notes', note('event 1'))),
          part(request('POST Notes', note('event 2'))),
        ),
      ),
    )
    expect(
      await app.column('select count(distinct xid)::integer from change_log where seq > $1', [
        before,
      ]),
    ).toEqual([1])
  })
})

describe('Protocol 4.01 §11.7.4 Referencing Returned Entities', () => {
  const tenant = {
    CompanyNo: 3,
    DivisionNo: 1,
    TenantType: 'D',
    LastName: 'Référence',
    Language: 'F',
  }
  const coTenant = {
    Role: 'C',
    FirstName: 'Élise',
    LastName: 'Seconde',
    StartDate: '2026-07-01',
  }

  test('$id as URL, before a navigation, and in a body, inside one change set', async () => {
    const steps = await askMultipart(
      app,
      multipart(
        changeSet(
          part(request('POST Tenants', tenant), '1.0'),
          part(request('POST $1.0/CoTenants', coTenant), '2.0'),
          part(request('PATCH $1.0', { FirstName: 'Ève' }), '3.0'),
          part(
            request('POST Notes', {
              LedgerDivisionId: 3,
              'Tenant@odata.bind': '$1.0',
              Body: 'ref',
            }),
            '4',
          ),
          part(request('PATCH /api/$2.0', { Phone: '418-555-0000' }), '5'),
        ),
      ),
    )
    expect(statuses(steps)).toEqual([[201, 201, 200, 201, 200]])
    const [created, second, changed, noted] = several(steps[0]).map(
      // All five are entities.
      ({ json }) => json as Record<string, unknown>,
    )
    expect(second).toMatchObject({ TenantId: created?.['Id'] })
    expect(changed).toMatchObject({ Id: created?.['Id'], FirstName: 'Ève' })
    expect(noted).toMatchObject({ TenantId: created?.['Id'] })
    for (const { text } of several(steps[0])) expect(text).not.toContain('$1.0')
  })

  test('across change sets and from reads, and the tag of what was read', async () => {
    const steps = await askMultipart(
      app,
      multipart(
        part(
          request('GET Notes(1)', undefined, { Accept: 'application/json;odata.metadata=minimal' }),
          'r',
        ),
        changeSet(part(request('PATCH $r', { Subject: 'seen' }, { 'If-Match': '$r' }), 'w')),
        part(request('PATCH $r', { Subject: 'stale' }, { 'If-Match': '$r' })),
      ),
    )
    expect(statuses(steps)).toEqual([200, [200], 412])
  })

  test('a reference to nothing, to what failed, and a name of the system', async () => {
    const steps = await askMultipart(
      app,
      multipart(
        get('$nope/CoTenants'),
        part(request('GET Buildings(0)'), 'bad'),
        get('$bad/Units'),
        part(request('GET Tenants(9101)'), 'metadata'),
        get('$metadata'),
      ),
      { headers: { prefer: 'continue-on-error' } },
    )
    expect(statuses(steps)).toEqual([400, 404, 424, 200, 200])
    expect(single(steps[0]).json).toMatchObject({ error: { code: 'BATCH_REFERENCE_UNKNOWN' } })
    expect(single(steps[4]).text).toContain('<edmx:Edmx')
  })
})

describe('Protocol 4.01 §11.7.1 Batch Request Headers', () => {
  const body = multipart(
    get('Buildings/$count'),
    changeSet(
      part(request('POST Notes', note('json')), 'n1'),
      part(request('PATCH Notes(1)', {}), 'n2'),
    ),
  )

  test('Accept may ask for the other form', async () => {
    const answer = await sendMultipart(app, body, { headers: { accept: 'application/json' } })
    const [count, first, second] = readResponses(answer)
    expect(count).toMatchObject({ status: 200, body: expect.stringMatching(/^\d+$/) })
    expect(count).not.toHaveProperty('id')
    expect([first?.id, second?.id]).toEqual(['n1', 'n2'])
    expect(first?.atomicityGroup).toBeTruthy()
    expect(first?.atomicityGroup).toBe(second?.atomicityGroup)
  })

  test('an equal preference is answered in kind, and another form refused', async () => {
    for (const accept of ['*/*', 'multipart/mixed', 'application/json, text/plain, */*'])
      expect(
        (await sendMultipart(app, body, { headers: { accept } })).headers['content-type'],
      ).toMatch(/^multipart\/mixed/)
    expect((await sendMultipart(app, body, { headers: { accept: 'text/html' } })).status).toBe(406)
    expect(
      (await sendMultipart(app, body, { headers: { 'content-type': 'text/plain' } })).status,
    ).toBe(415)
    expect(
      (await sendMultipart(app, body, { headers: { 'odata-maxversion': '3.0' } })).status,
    ).toBe(400)
  })

  test('only POST, and only with a token', async () => {
    for (const method of ['GET', 'HEAD', 'PUT', 'PATCH', 'DELETE']) {
      const answer = await app.ask('/api/$batch', { method })
      expect([method, answer.status, answer.headers.allow]).toEqual([method, 405, 'POST, OPTIONS'])
    }
    const options = await app.ask('/api/$batch', { method: 'OPTIONS' })
    expect([options.status, options.headers.allow]).toEqual([204, 'POST, OPTIONS'])
    expect((await sendMultipart(app, body, { as: null })).status).toBe(401)
  })

  test('the address in any case, with a slash behind it, and with its $ encoded', async () => {
    for (const path of ['/api/$BATCH', '/API/$batch/', '/api/%24batch', '/api/$batch?x=1'])
      expect([
        path,
        (
          await app.ask(path, {
            method: 'POST',
            body: multipart(get('Buildings/$count')),
            headers: { 'content-type': 'multipart/mixed; boundary=batch' },
          })
        ).status,
      ]).toEqual([path, 200])
  })
})
