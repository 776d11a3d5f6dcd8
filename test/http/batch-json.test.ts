import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { startTestApp, type TestApp } from '../support/test-app.ts'
import {
  askJson,
  type JsonRequest,
  type JsonResponse,
  readResponses,
  readSteps,
  sendJson,
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

const get = (id: string, url: string, more: Partial<JsonRequest> = {}): JsonRequest => ({
  id,
  method: 'get',
  url,
  ...more,
})

const post = (
  id: string,
  url: string,
  body: unknown,
  more: Partial<JsonRequest> = {},
): JsonRequest => ({
  id,
  method: 'POST',
  url,
  headers: { 'content-type': 'application/json' },
  body,
  ...more,
})

function outcomes(responses: readonly JsonResponse[]): readonly string[] {
  return responses.map(({ id, status }) => `${id} ${status}`)
}

describe('JSON Format 4.01 §19.1 Batch Request', () => {
  test('answers in JSON, with what the requests give by themselves', async () => {
    const paths = [
      'Tenants(9101)',
      'Units?$top=3&$select=Id',
      'Buildings(0)',
      '/api/Buildings?$top=0&$count=true',
    ]
    const answer = await sendJson(
      app,
      paths.map((path, index) => get(`r${index}`, path)),
    )
    expect(answer.headers['content-type']).toBe('application/json')
    const responses = readResponses(answer)
    expect(responses.map(({ id }) => id)).toEqual(['r0', 'r1', 'r2', 'r3'])
    for (const [index, path] of paths.entries()) {
      const alone = await app.ask(path.startsWith('/') ? path : `/api/${path}`)
      const { status, headers, body } = responses[index] ?? {}
      expect([path, status, headers?.['content-type']]).toEqual([
        path,
        alone.status,
        alone.headers['content-type'],
      ])
      if (status === 200) expect(body).toEqual(alone.json)
    }
  })

  test('texts are strings, and other types base64url', async () => {
    const [count, metadata, name] = await askJson(app, [
      get('1', 'Buildings/$count'),
      get('2', '$metadata'),
      get('3', 'Tenants(9101)/LastName/$value'),
    ])
    expect(count?.body).toBe((await app.ask('/api/Buildings/$count')).text)
    expect(name?.body).toBe((await app.ask('/api/Tenants(9101)/LastName/$value')).text)
    expect(Buffer.from(String(metadata?.body), 'base64url').toString()).toBe(
      (await app.ask('/api/$metadata')).text,
    )
  })

  test('contents of documents go in and out as base64url, apart from groups', async () => {
    const content = Buffer.concat([Buffer.from('%PDF-1.7\n'), Buffer.alloc(100_001, 7)])
    const document = {
      LedgerDivisionId: 4,
      DocumentType: 'AUTRE',
      Title: 'lot',
      FileName: 'lot.pdf',
      ContentType: 'application/pdf',
      DocumentDate: '2026-06-15',
    }
    const put = {
      method: 'put',
      url: '$1/$value',
      headers: { 'content-type': 'application/pdf' },
      body: content.toString('base64url'),
    }
    const responses = await askJson(app, [
      post('1', 'Documents', document),
      { ...put, id: '2', dependsOn: ['1'] },
      get('3', '$1/$value', { dependsOn: ['2'] }),
      { ...put, id: '4', atomicityGroup: 'g' },
    ])
    expect(outcomes(responses)).toEqual(['1 201', '2 204', '3 200', '4 501'])
    expect(Buffer.from(String(responses[2]?.body), 'base64url').equals(content)).toBe(true)
    const steps = readSteps(
      await sendJson(app, [get('1', `${responses[0]?.headers['location']}/$value`)], {
        headers: { accept: 'multipart/mixed' },
      }),
    )
    expect(single(steps[0]).headers.get('content-length')).toBe(String(content.length))
  })

  test('digits of a body arrive as they were sent', async () => {
    const body =
      '{"requests":[{"id":"1","method":"post","url":"TenantParkings?dryRun=true","headers":{"content-type":"application/json"},"body":{"TenantId":9114,"ParkingId":9304,"StartDate":"2026-07-01","Amount":75.10}}]}'
    const answer = await app.ask('/api/$batch', {
      method: 'POST',
      body,
      headers: { 'content-type': 'application/json;odata.metadata=minimal;charset=utf-8' },
    })
    expect(answer.text).toContain('"Amount":75.10')
  })

  test.each([
    ['no requests', { other: [] }],
    ['a request without an id', { requests: [{ method: 'get', url: 'Buildings' }] }],
    ['two of one id', { requests: [get('1', 'Buildings'), get('1', 'Units')] }],
    ['an id that is a group', { requests: [post('1', 'Notes', {}, { atomicityGroup: '1' })] }],
    [
      'a dependency on a later one',
      { requests: [get('1', 'Units', { dependsOn: ['2'] }), get('2', 'Units')] },
    ],
    ['an id with a line end', { requests: [get('1\r\nX: y', 'Buildings')] }],
    ['a header with a line end', { requests: [get('1', 'Buildings', { headers: { a: 'b\nc' } })] }],
    [
      'a group in two places',
      {
        requests: [
          post('1', 'Notes', note('apart'), { atomicityGroup: 'g' }),
          get('2', 'Units'),
          post('3', 'Notes', note('apart'), { atomicityGroup: 'g' }),
        ],
      },
    ],
  ])('%s: 400, and nothing of it is run', async (_, body) => {
    const answer = await app.ask('/api/$batch', {
      method: 'POST',
      body: JSON.stringify(body),
      headers: { 'content-type': 'application/json' },
    })
    expect([answer.status, answer.json]).toMatchObject([400, { error: { code: 'BATCH_INVALID' } }])
    expect(await notes('apart')).toEqual([])
  })
})

describe('JSON Format 4.01 §19.4 Processing a Batch Request', () => {
  test('goes on after a failure, unless continue-on-error=false', async () => {
    const requests = [get('1', 'Buildings(0)'), get('2', 'Buildings/$count')]
    expect(outcomes(await askJson(app, requests))).toEqual(['1 404', '2 200'])
    const stopped = await sendJson(app, requests, {
      headers: { prefer: 'continue-on-error=false' },
    })
    expect(outcomes(readResponses(stopped))).toEqual(['1 404'])
    expect(stopped.headers['preference-applied']).toBe('continue-on-error=false')
  })

  test('dependsOn: 424 when a request or a group has failed, or has not been run', async () => {
    const responses = await askJson(app, [
      get('1', 'Buildings(0)'),
      get('2', 'Units/$count', { dependsOn: ['1'] }),
      get('3', 'Units/$count', { dependsOn: ['2'] }),
      post('4', 'Notes', { Body: '' }, { atomicityGroup: 'bad' }),
      get('5', 'Units/$count', { dependsOn: ['bad'] }),
      post('6', 'Notes', note('dependent'), { atomicityGroup: 'g', dependsOn: ['5'] }),
      post('7', 'Notes', note('dependent'), { atomicityGroup: 'g' }),
      get('8', 'Units/$count'),
      get('9', 'Units/$count', { dependsOn: ['8'] }),
    ])
    expect(outcomes(responses)).toEqual([
      '1 404',
      '2 424',
      '3 424',
      '4 400',
      '5 424',
      '6 424',
      '7 424',
      '8 200',
      '9 200',
    ])
    expect(responses[1]?.body).toMatchObject({ error: { code: 'FAILED_DEPENDENCY' } })
    expect(await notes('dependent')).toEqual([])
  })

  test('a condition that is not understood: 424, and nothing of its group is applied', async () => {
    const responses = await askJson(app, [
      get('1', 'Units/$count'),
      get('2', 'Units/$count', { dependsOn: ['1'], if: '$1/$succeeded' }),
      post('3', 'Notes', note('conditional'), { atomicityGroup: 'g' }),
      post('4', 'Notes', note('conditional'), {
        atomicityGroup: 'g',
        dependsOn: ['1'],
        if: 'true',
      }),
    ])
    expect(outcomes(responses)).toEqual(['1 200', '2 424', '3 424', '4 424'])
    expect(await notes('conditional')).toEqual([])
  })

  test('an atomicity group succeeds or fails as a whole', async () => {
    const good = await askJson(app, [
      post('1', 'Notes', note('atom 1'), { atomicityGroup: 'g' }),
      post('2', 'Notes', note('atom 2'), { atomicityGroup: 'g', dependsOn: ['1'] }),
      get('3', "Notes/$count?$filter=startswith(Body,'atom')", { dependsOn: ['g'] }),
    ])
    expect(outcomes(good)).toEqual(['1 201', '2 201', '3 200'])
    expect(good.map(({ atomicityGroup }) => atomicityGroup)).toEqual(['g', 'g', undefined])
    expect(good[2]?.body).toBe('2')

    const bad = await askJson(app, [
      post('1', 'Notes', note('atomic 3'), { atomicityGroup: 'g' }),
      post('2', 'Notes', { ...note('atomic 4'), Nope: 1 }, { atomicityGroup: 'g' }),
      post('3', 'Notes', note('atomic 5'), { atomicityGroup: 'g' }),
    ])
    expect(outcomes(bad)).toEqual(['1 424', '2 400', '3 424'])
    expect(bad[1]?.body).toMatchObject({ error: { code: 'UNKNOWN_FIELD' } })
    expect(await notes('atomic')).toEqual([])
  })

  test('references to created and to read entities, and to their tags', async () => {
    const tenant = {
      CompanyNo: 3,
      DivisionNo: 1,
      TenantType: 'D',
      LastName: 'Json',
      FirstName: 'A',
      Language: 'F',
    }
    const responses = await askJson(app, [
      post('t', 'Tenants', tenant, { atomicityGroup: 'g' }),
      post(
        'n',
        'Notes',
        { LedgerDivisionId: 3, 'Tenant@bind': '$t', Body: 'json' },
        { atomicityGroup: 'g', dependsOn: ['t'] },
      ),
      get('r', '$n/Tenant?$select=LastName', { dependsOn: ['g'] }),
      get('u', 'Notes(1)', { headers: { accept: 'application/json;odata.metadata=minimal' } }),
      {
        id: 'p',
        method: 'PATCH',
        url: '$u',
        dependsOn: ['u'],
        headers: { 'if-match': '$u', 'content-type': 'application/json' },
        body: { Subject: 'tag' },
      },
    ])
    expect(outcomes(responses)).toEqual(['t 201', 'n 201', 'r 200', 'u 200', 'p 200'])
    expect(responses[2]?.body).toEqual({ LastName: 'Json' })
  })

  test('many groups and readers at once: each sees a group whole', async () => {
    const writers = Array.from({ length: 8 }, (_, index) =>
      askJson(app, [
        post('1', 'Notes', note(`pair ${index}`), { atomicityGroup: 'g' }),
        post('2', 'Notes', note(`pair ${index}`), { atomicityGroup: 'g' }),
      ]),
    )
    const seen: number[] = []
    const readers = Array.from({ length: 8 }, async () => {
      const { text } = await app.ask("/api/Notes/$count?$filter=startswith(Body,'pair')")
      seen.push(Number(text))
    })
    const answers = await Promise.all(writers)
    await Promise.all(readers)
    expect(answers.flatMap(outcomes)).toEqual(answers.flatMap(() => ['1 201', '2 201']))
    expect(seen.filter((count) => count % 2 === 1)).toEqual([])
    expect(await notes('pair')).toHaveLength(16)
  })

  test('the loser of a race is run again as a whole', async () => {
    const rent = (TenantId: number): Promise<readonly JsonResponse[]> =>
      askJson(app, [
        post('1', 'Notes', note('race'), { atomicityGroup: 'g' }),
        post(
          '2',
          'TenantParkings',
          { TenantId, ParkingId: 9304, StartDate: '2026-07-01', Amount: 75 },
          { atomicityGroup: 'g' },
        ),
      ])
    const answers = await Promise.all([rent(9114), rent(9114), rent(9114)])
    expect(answers.map((answer) => outcomes(answer).join(', ')).sort()).toEqual([
      '1 201, 2 201',
      '1 424, 2 409',
      '1 424, 2 409',
    ])
    expect(await notes('race')).toEqual(['race'])
  })
})

describe('JSON Format 4.01 §19.5 Batch Response', () => {
  test('Accept may ask for multipart: one part per request, under its id', async () => {
    const answer = await sendJson(
      app,
      [
        get('a', 'Buildings/$count'),
        post('b', 'Notes', note('mixed'), { atomicityGroup: 'g' }),
        post('c', 'Notes', { Body: 1 }, { atomicityGroup: 'g' }),
      ],
      { headers: { accept: 'multipart/mixed' } },
    )
    const steps = readSteps(answer)
    expect(statuses(steps)).toEqual([200, 424, 400])
    expect(steps.map((step) => single(step).contentId)).toEqual(['a', 'b', 'c'])
  })
})

describe('Idempotency-Key of a batch', () => {
  test('sent again, each change gives its first answer and none is made twice', async () => {
    const requests = [
      post('1', 'Notes', note('once'), { atomicityGroup: 'g' }),
      post('2', 'Notes', note('once'), { atomicityGroup: 'g' }),
      post('3', 'Notes', note('once')),
      get('4', 'Notes/$count'),
    ]
    const options = { headers: { 'idempotency-key': 'a batch-1'.replace(' ', '-') } }
    const first = await askJson(app, requests, options)
    const again = await askJson(app, requests, options)
    expect(outcomes(again)).toEqual(outcomes(first))
    expect(again.slice(0, 3).map(({ body }) => body)).toEqual(
      first.slice(0, 3).map(({ body }) => body),
    )
    expect(again[0]?.headers).toHaveProperty('idempotency-replayed', 'true')
    expect(await notes('once')).toHaveLength(3)
  })
})

describe('URL Conventions 4.01 §5.1 options in the body of POST …/$query', () => {
  test('a query longer than a URL may be', async () => {
    const ids = Array.from({ length: 1_990 }, (_, index) => 1_000_000_000 + index)
    const query = `$filter=Id in (9101,9102,${ids.join(',')})&$select=Id`
    const url = `/api/Tenants/$query`
    const answer = await app.ask(url, {
      method: 'POST',
      body: `${query.replaceAll(' ', '%20')}${'&x=y'.repeat(5_000)}`,
      headers: { 'content-type': 'text/plain' },
    })
    expect([answer.status, answer.json]).toEqual([200, { value: [{ Id: 9101 }, { Id: 9102 }] }])
    const [part] = await askJson(app, [
      {
        id: '1',
        method: 'post',
        url: 'Tenants/$query',
        headers: { 'content-type': 'text/plain' },
        body: query,
      },
    ])
    expect(part?.body).toEqual(answer.json)
  })

  test('options of the URL hold too, and what is wrong is told as for a GET', async () => {
    const ask = (path: string, body: string, type = 'text/plain') =>
      app.ask(path, { method: 'POST', body, headers: { 'content-type': type } })
    expect((await ask('/api/Buildings/$query?$top=1', '$select=Id')).json).toEqual(
      (await app.ask('/api/Buildings?$top=1&$select=Id')).json,
    )
    expect((await ask('/api/Buildings/$query?$top=1', '$top=2')).status).toBe(400)
    expect((await ask('/api/Buildings/$query', '$filter=Nope eq 1')).status).toBe(400)
    expect((await ask('/api/Buildings/$query', '{}', 'application/json')).status).toBe(415)
    expect((await ask('/api/Buildings/$query', `$filter=${'x'.repeat(1_000_001)}`)).status).toBe(
      413,
    )
    expect((await ask('/api/Nowhere/$query', '')).status).toBe(404)
    expect((await ask('/api/Notes', 'Body=x')).status).toBe(415)
    expect(
      (await app.ask('/api/Buildings/$query', { method: 'POST', as: null, body: '' })).status,
    ).toBe(401)
  })
})
