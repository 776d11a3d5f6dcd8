/** Whether the running service as a whole does what its metadata claim, and refuses what they say that it does not do. */

import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { type Answer, startTestApp, type TestApp } from '../support/test-app.ts'
import { metadataOf, restrictions } from './described-metadata.ts'

let app: TestApp

beforeAll(async () => {
  app = await startTestApp()
})

afterAll(async () => {
  await app.close()
})

/** No row has it. */
const NO_ID = 2_147_483_647

const asked = (path: string, options: Parameters<TestApp['ask']>[1] = {}): Promise<Answer> =>
  app.ask(path, { as: 'administrator', ...options })

/** Whether the service did what the term says. */
const serviceClaims: Readonly<Record<string, () => Promise<boolean>>> = {
  'Capabilities.AsynchronousRequestsSupported': async () =>
    (await asked('/api/Buildings?$top=1', { headers: { prefer: 'respond-async,wait=0' } }))
      .status === 202,
  'Capabilities.BatchSupported': async () => (await batch()).status === 200,
  'Capabilities.CrossJoinSupported': async () =>
    (await asked('/api/$crossjoin(Companies,Employees)?$top=1')).status === 200,
  'Capabilities.ComputeSupported': async () => {
    const { json } = await asked('/api/Buildings?$top=1&$compute=Id add 1 as Next&$select=Id,Next')
    const [row] = (json as { value?: { Id: number; Next: number }[] }).value ?? []
    return row !== undefined && row.Next === row.Id + 1
  },
  'Capabilities.KeyAsSegmentSupported': async () =>
    (await asked('/api/Buildings/1')).status === 200,
  'Repeatability.Supported': async () => {
    const headers = {
      'content-type': 'application/json',
      'repeatability-request-id': '5f2c0e0e-8b1e-4c55-9d6f-0a9a1b2c3d4e',
      'repeatability-first-sent': new Date().toUTCString(),
    }
    const write = { method: 'POST', headers, body: JSON.stringify(note) }
    const first = await asked('/api/Notes', write)
    const again = await asked('/api/Notes', write)
    return first.status === 201 && again.text === first.text
  },
  'Capabilities.QuerySegmentSupported': async () => {
    const { status, json } = await asked('/api/Buildings/$query', {
      method: 'POST',
      headers: { 'content-type': 'text/plain' },
      body: '$top=1&$select=Id',
    })
    return status === 200 && (json as { value: unknown[] }).value.length === 1
  },
}

/** Members of a term's record, or the items of its list, each asked for. */
const memberClaims: Readonly<Record<string, Readonly<Record<string, () => Promise<boolean>>>>> = {
  SelectSupport: Object.fromEntries(
    [
      ['Filterable', "$filter=$this eq 'Tenants'"],
      ['Searchable', '$search=Tenants'],
      ['TopSupported', '$top=1'],
      ['SkipSupported', '$skip=1'],
      ['Countable', '$count=true'],
      ['Sortable', '$orderby=$this'],
    ].map(([member, options]) => [
      member,
      async () =>
        (await asked(`/api/WebhookEndpoints?$select=Entities(${options})`)).status === 200,
    ]),
  ),
  ModificationQueryOptions: {
    SelectSupported: async () => keysOf(await makeNote('$select=Subject')).join() === 'Subject',
    ExpandSupported: async () =>
      keysOf(await makeNote('$select=Subject&$expand=Tenant')).includes('Tenant'),
  },
}

function makeNote(options: string): Promise<Answer> {
  return asked(`/api/Notes?dryRun=true&${options}`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify(note),
  })
}

function keysOf({ json }: Answer): readonly string[] {
  return Object.keys(json as object).filter((name) => !name.includes('@'))
}

/** One of each: they may stand where they are, if they are offered. */
const transformations: Readonly<Record<string, string>> = {
  aggregate: 'aggregate($count as N)',
  groupby: 'groupby((City))',
  concat: 'concat(identity,aggregate($count as N))',
  filter: 'filter(Id gt 0)',
  search: 'search(pins)',
  compute: 'compute(Id add 1 as Next)',
  orderby: 'orderby(Id)',
  top: 'top(1)',
  skip: 'skip(1)',
  topcount: 'topcount(1,Id)',
  topsum: 'topsum(1,Id)',
  toppercent: 'toppercent(1,Id)',
  bottomcount: 'bottomcount(1,Id)',
  bottomsum: 'bottomsum(1,Id)',
  bottompercent: 'bottompercent(1,Id)',
  identity: 'identity',
}

function batch(): Promise<Answer> {
  return asked('/api/$batch', {
    method: 'POST',
    headers: { 'content-type': 'application/json', 'odata-maxversion': '4.01' },
    body: JSON.stringify({ requests: [{ id: '1', method: 'get', url: 'Buildings?$top=1' }] }),
  })
}

describe('Capabilities: what the service does as a whole', () => {
  test.each(Object.entries(serviceClaims))('%s', async (term, ask) => {
    const { container } = await metadataOf(app, 'administrator')
    expect([term, container[`@${term}`] === true]).toEqual([term, await ask()])
  })

  test.each(Object.entries(memberClaims))(
    'each member of Capabilities.%s',
    async (term, members) => {
      const { container } = await metadataOf(app, 'administrator')
      const claimed = container[`@Capabilities.${term}`] as Record<string, unknown>
      for (const [member, ask] of Object.entries(members))
        expect([member, claimed[member]]).toEqual([member, await ask()])
    },
  )

  test('Aggregation.ApplySupported: every transformation, and rollups of several hierarchies', async () => {
    const { container } = await metadataOf(app, 'administrator')
    const { Transformations, Rollup } = container['@Aggregation.ApplySupported'] as {
      Transformations: string[]
      Rollup: string
    }
    for (const name of Transformations) {
      const answer = await asked(`/api/Buildings?$apply=${transformations[name]}`)
      expect([name, answer.status, answer.text.slice(0, 100)]).toEqual([
        name,
        200,
        expect.any(String),
      ])
    }
    expect(Rollup).toBe('MultipleHierarchies')
    const rollups = 'groupby((rollup(Province,City),rollup(BuildingType,HeatingType)))'
    expect((await asked(`/api/Buildings?$apply=${rollups}`)).status).toBe(200)
  })

  test('Capabilities.BatchSupport: references in bodies and across change sets, to tags; no conditions', async () => {
    const { container } = await metadataOf(app, 'administrator')
    const support = container['@Capabilities.BatchSupport'] as Record<string, unknown>
    const send = (requests: object[]): Promise<Answer> =>
      asked('/api/$batch', {
        method: 'POST',
        headers: { 'content-type': 'application/json', 'odata-maxversion': '4.01' },
        body: JSON.stringify({ requests }),
      })
    const linked = { ...note, TenantId: undefined, 'Tenant@bind': '$t' }
    const answer = await send([
      { id: 't', method: 'get', url: 'Tenants(9116)' },
      { id: '1', method: 'post', url: 'Notes', body: linked, dependsOn: ['t'] },
      {
        id: '2',
        method: 'patch',
        url: '$1',
        headers: { 'if-match': '$1' },
        body: { Subject: 'Relance' },
        atomicityGroup: 'g',
        dependsOn: ['1'],
      },
      { id: '3', method: 'get', url: 'Nothing' },
      { id: '4', method: 'get', url: 'Tenants(9116)' },
      { id: '5', method: 'get', url: 'Tenants(9116)', if: '$t/Id eq 9116' },
      { id: '6', method: 'delete', url: '$1', dependsOn: ['1'] },
    ])
    const { responses } = answer.json as { responses: { id: string; status: number }[] }
    const status = Object.fromEntries(responses.map((response) => [response.id, response.status]))
    expect(support).toMatchObject({
      Supported: true,
      ReferencesInRequestBodiesSupported: status['1'] === 201,
      EtagReferencesSupported: status['2'] === 200,
      ReferencesAcrossChangeSetsSupported: status['2'] === 200,
      ContinueOnErrorSupported: status['3'] === 404 && status['4'] === 200,
      RequestDependencyConditionsSupported: status['5'] === 200,
      SupportedFormats: ['multipart/mixed', 'application/json'],
    })
  })

  test('Capabilities.SupportedFormats and SupportedMetadataFormats are answered in kind', async () => {
    const { container } = await metadataOf(app, 'administrator')
    for (const [term, path] of [
      ['SupportedFormats', '/api/Buildings?$top=1'],
      ['SupportedMetadataFormats', '/api/$metadata'],
    ] as const) {
      const formats = container[`@Capabilities.${term}`] as string[]
      for (const format of formats) {
        const answer = await asked(path, { headers: { accept: format } })
        expect([format, answer.status, answer.headers['content-type']]).toEqual([
          format,
          200,
          format,
        ])
      }
    }
  })

  test('Core.ODataVersions are those that are answered', async () => {
    const { container } = await metadataOf(app, 'administrator')
    for (const version of String(container['@Core.ODataVersions']).split(' '))
      expect(
        (await asked('/api', { headers: { 'odata-maxversion': version } })).headers[
          'odata-version'
        ],
      ).toBe(version)
  })

  test('ExpandRestrictions.MaxLevels is the deepest expand', async () => {
    const { sets } = await metadataOf(app, 'administrator')
    const [buildings] = sets.filter(({ name }) => name === 'Buildings')
    const levels = Number(buildings && restrictions(buildings, 'ExpandRestrictions')['MaxLevels'])
    for (const [depth, status] of [
      [levels, 200],
      [levels + 1, 400],
    ] as const) {
      const nested = Array.from({ length: depth }).reduceRight<string>((inner, _, level) => {
        const path = level % 2 === 0 ? 'Units' : 'Building'
        return inner === '' ? path : `${path}($expand=${inner})`
      }, '')
      expect([depth, (await asked(`/api/Buildings?$top=0&$expand=${nested}`)).status]).toEqual([
        depth,
        status,
      ])
    }
  })

  test('custom options and headers do what they say', async () => {
    const { container } = await metadataOf(app, 'integrator')
    const named = (term: string): string[] =>
      (container[`@Capabilities.${term}`] as { Name: string }[]).map(({ Name }) => Name)
    expect([named('CustomQueryOptions'), named('CustomHeaders')]).toEqual([
      ['dryRun'],
      ['Idempotency-Key'],
    ])
    const write = (path: string, headers: Record<string, string>): Promise<Answer> =>
      app.ask(path, {
        method: 'POST',
        headers: { 'content-type': 'application/json', ...headers },
        body: JSON.stringify(note),
      })
    const count = async (): Promise<string> => (await app.ask('/api/Notes/$count')).text
    const before = Number(await count())
    expect((await write('/api/Notes?dryRun=true', {})).status).toBe(201)
    expect(Number(await count())).toBe(before)
    const key = { 'idempotency-key': 'once' }
    const first = await write('/api/Notes', key)
    const again = await write('/api/Notes', key)
    expect([first.status, again.text]).toEqual([201, first.text])
    expect(Number(await count())).toBe(before + 1)
  })

  test('a singleton is read and not updated', async () => {
    const { container } = await metadataOf(app, 'integrator')
    const me = container['Me'] as Record<string, Record<string, unknown>>
    expect(me['@Capabilities.ReadRestrictions']).toEqual({ Readable: true })
    expect((await app.ask('/api/Me')).status).toBe(200)
    expect(me['@Capabilities.UpdateRestrictions']).toEqual({ Updatable: false })
    const headers = { 'content-type': 'application/json' }
    for (const method of ['PATCH', 'PUT', 'DELETE'])
      expect((await app.ask('/api/Me', { method, headers, body: '{}' })).status).toBe(405)
  })

  test('an operation is available unless the metadata say that it is not', async () => {
    const { schema } = await metadataOf(app, 'revocable')
    const overloads = Object.entries(schema).flatMap(([name, element]) =>
      Array.isArray(element)
        ? (element as Overload[]).map((overload) => ({ ...overload, name }))
        : [],
    )
    expect(overloads.length).toBeGreaterThan(8)
    for (const {
      name,
      $Kind,
      $Parameter: [binding],
      '@Core.OperationAvailable': isAvailable,
    } of overloads) {
      const set = setOfType(schema, binding?.$Type ?? '')
      const path = `/api/${set}${binding?.$Collection === true ? '' : `(${NO_ID})`}/${name}`
      const answer = await app.ask($Kind === 'Action' ? `${path}?dryRun=true` : `${path}?$top=0`, {
        as: 'revocable',
        ...($Kind === 'Action'
          ? { method: 'POST', body: '{}', headers: { 'content-type': 'application/json' } }
          : {}),
      })
      expect([path, answer.status === 403]).toEqual([path, isAvailable === false])
    }
  })
})

const note = {
  CompanyNo: 3,
  DivisionNo: 2,
  TenantId: 9116,
  NoteType: 'R',
  Subject: 'A',
  Body: 'B',
}

interface Overload {
  readonly $Kind: string
  readonly $Parameter: readonly { readonly $Type?: string; readonly $Collection?: boolean }[]
  readonly '@Core.OperationAvailable'?: boolean
}

function setOfType(schema: Readonly<Record<string, unknown>>, type: string): string {
  const container = schema['Container'] as Record<string, { $Type?: string }>
  return Object.entries(container).find(([, { $Type }]) => $Type === type)?.[0] ?? ''
}
