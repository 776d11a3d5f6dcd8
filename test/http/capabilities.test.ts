/** Whether the running service does what its metadata claim, and refuses what they say that it does not do. */

import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { type Answer, type ClientName, startTestApp, type TestApp } from '../support/test-app.ts'
import {
  type Described,
  metadataOf,
  names,
  type PropertyElement,
  restrictions,
} from './described-metadata.ts'

let app: TestApp

beforeAll(async () => {
  app = await startTestApp()
})

afterAll(async () => {
  await app.close()
})

/** No row has it. */
const NO_ID = 2_147_483_647

/** As many as one client may ask at a time. */
const AT_ONCE = 6

/** Runs the check for each set, several at a time, and gives what did not hold. */
async function eachSet(
  as: ClientName,
  check: (described: Described, problems: string[]) => Promise<void>,
): Promise<readonly string[]> {
  const { sets } = await metadataOf(app, as)
  expect(sets.length).toBeGreaterThan(50)
  const waiting = [...sets]
  const problems: string[] = []
  const work = async (): Promise<void> => {
    for (let next = waiting.shift(); next !== undefined; next = waiting.shift())
      await check(next, problems)
  }
  await Promise.all(Array.from({ length: AT_ONCE }, work))
  return problems
}

/** Asks, and notes when the answer is another than the metadata promise. */
async function claim(
  problems: string[],
  as: ClientName,
  path: string,
  status: number | readonly number[],
  options: { method?: string; body?: string; headers?: Record<string, string> } = {},
): Promise<Answer> {
  const headers = {
    ...(options.body === undefined ? {} : { 'content-type': 'application/json' }),
    ...options.headers,
  }
  const answer = await app.ask(path, { ...options, as, headers })
  if (![status].flat().includes(answer.status))
    problems.push(
      `${options.method ?? 'GET'} ${path}: ${answer.status}, not ${[status].flat().join(' or ')}: ${answer.text.slice(0, 200)}`,
    )
  return answer
}

const clients: readonly ClientName[] = ['integrator', 'administrator', 'revocable']

describe.each(['integrator', 'revocable'] as const)('Capabilities: what %s may read', (as) => {
  test('every set answers, or refuses, as it says', async () => {
    const problems = await eachSet(as, async (described, found) => {
      const { name } = described
      if (restrictions(described, 'ReadRestrictions')['Readable'] === false) {
        await claim(found, as, `/api/${name}?$top=0`, 403)
        return
      }
      await checkFilter(found, as, described)
      await checkSort(found, as, described)
      await checkExpand(found, as, described)
      const { Searchable } = restrictions(described, 'SearchRestrictions')
      const words = Searchable === false ? 'a OR e' : '(a OR "e") AND NOT zzz'
      const searched = await claim(found, as, `/api/${name}?$search=${words}&$top=1`, 200)
      // What has no text that anybody would look for is found by none.
      if (Searchable === false) expect(searched.json).toEqual({ value: [] })
      const { Countable } = restrictions(described, 'CountRestrictions')
      expect([
        described.set['@Capabilities.TopSupported'],
        described.set['@Capabilities.SkipSupported'],
        Countable,
      ]).toEqual([true, true, true])
      const page = await claim(
        found,
        as,
        `/api/${name}?$top=1&$skip=1&$count=true&$select=Id`,
        200,
        { headers: { 'odata-maxversion': '4.0' } },
      )
      const total = await claim(found, as, `/api/${name}/$count`, 200)
      if (
        page.status === 200 &&
        (page.json as { '@odata.count': number })['@odata.count'] !== Number(total.text)
      )
        found.push(`${name}: counts differ`)
    })
    expect(problems).toEqual([])
  })
})

async function checkFilter(
  problems: string[],
  as: ClientName,
  described: Described,
): Promise<void> {
  const { name, properties } = described
  const { Filterable, NonFilterableProperties } = restrictions(described, 'FilterRestrictions')
  const refused = names(NonFilterableProperties)
  const terms = properties
    .filter((property) => !refused.includes(property.name))
    .map(({ name: property, $Collection }) =>
      $Collection === true ? `${property}/any(x:x eq 'zzz')` : `${property} eq null`,
    )
  await claim(
    problems,
    as,
    `/api/${name}?$top=0&$filter=${terms.join(' or ')}`,
    Filterable === false ? 400 : 200,
  )
  for (const property of refused)
    await claim(problems, as, `/api/${name}?$filter=${property} ne null`, 400)
}

/** Of one `$orderby`. */
const SORTED_MAX = 32

async function checkSort(problems: string[], as: ClientName, described: Described): Promise<void> {
  const { name, properties } = described
  const refused = names(restrictions(described, 'SortRestrictions')['NonSortableProperties'])
  const sorted = properties
    .map((property) => property.name)
    .filter((property) => !refused.includes(property))
  for (let start = 0; start < sorted.length; start += SORTED_MAX)
    await claim(
      problems,
      as,
      `/api/${name}?$top=1&$select=Id&$orderby=${sorted.slice(start, start + SORTED_MAX).join(' desc,')}`,
      200,
    )
  for (const property of refused)
    await claim(problems, as, `/api/${name}?$orderby=${property}`, 400)
}

async function checkExpand(
  problems: string[],
  as: ClientName,
  described: Described,
): Promise<void> {
  const { name, navigation } = described
  const { NonExpandableProperties } = restrictions(described, 'ExpandRestrictions')
  const refused = names(NonExpandableProperties)
  const expanded = navigation.filter((property) => !refused.includes(property))
  if (expanded.length > 0)
    await claim(
      problems,
      as,
      `/api/${name}?$top=1&$select=Id&$expand=${expanded.map((property) => `${property}($select=Id)`).join(',')}`,
      200,
    )
  const closed = (restrictions(described, 'NavigationRestrictions')['RestrictedProperties'] ??
    []) as { NavigationProperty: string; Navigability: string }[]
  expect(closed).toEqual(
    refused.map((property) => ({ NavigationProperty: property, Navigability: 'None' })),
  )
  for (const property of refused) {
    await claim(problems, as, `/api/${name}?$top=1&$expand=${property}`, 403)
    await claim(problems, as, `/api/${name}(${NO_ID})/${property}`, 403)
  }
}

describe('Capabilities: how an entity is found', () => {
  test('by its key, as a segment, by its alternate key; its tag is made of its modification date', async () => {
    const as = 'administrator'
    const { container } = await metadataOf(app, as)
    expect(container['@Capabilities.KeyAsSegmentSupported']).toBe(true)
    const problems = await eachSet(as, async (described, found) => {
      const { name, set, alternateKey } = described
      expect(set['@Capabilities.IndexableByKey']).toBe(true)
      const list = await claim(found, as, `/api/${name}?$top=1`, 200)
      const [row] = (list.json as { value: Record<string, string | number>[] }).value
      if (row === undefined) return
      const paths = [`/api/${name}(${row['Id']})`, `/api/${name}/${row['Id']}`]
      if (alternateKey.length > 0) {
        const parts = alternateKey.map((part) => `${part}=${literal(described, part, row[part])}`)
        paths.push(`/api/${name}(${parts.join(',')})`)
      }
      for (const path of paths) {
        const answer = await claim(found, as, path, 200)
        if ((answer.json as { Id?: number }).Id !== row['Id']) found.push(`${path} is another row`)
        if (set['@Core.OptimisticConcurrency'] !== undefined) {
          expect(set['@Core.OptimisticConcurrency']).toEqual(['ModifiedDate'])
          if (answer.headers.etag !== `W/"${row['ModifiedDate']}"`)
            found.push(`${path}: ${answer.headers.etag}`)
        }
      }
    })
    expect(problems).toEqual([])
  })
})

function literal({ properties }: Described, name: string, value: unknown): string {
  const type = properties.find((property) => property.name === name)?.$Type ?? 'Edm.String'
  return type === 'Edm.String'
    ? `'${encodeURIComponent(String(value).replaceAll("'", "''"))}'`
    : String(value)
}

describe.each(clients)('Capabilities: what %s may write', (as) => {
  test('every set takes, or refuses, what it says', async () => {
    const problems = await eachSet(as, async (described, found) => {
      const { name } = described
      const { Insertable, RequiredProperties } = restrictions(described, 'InsertRestrictions')
      const created = await claim(
        found,
        as,
        `/api/${name}?dryRun=true`,
        Insertable === true ? [400, 422] : [403, 405],
        { method: 'POST', body: '{}' },
      )
      if (Insertable === true) {
        const told = targetsOf(created)
        for (const required of names(RequiredProperties))
          if (!told.has(required)) found.push(`${name}: ${required} is not required`)
      }
      const { Updatable } = restrictions(described, 'UpdateRestrictions')
      for (const method of ['PATCH', 'PUT'])
        await claim(
          found,
          as,
          `/api/${name}(${NO_ID})?dryRun=true`,
          Updatable === true ? 404 : [403, 405],
          { method, body: '{}' },
        )
      if (Updatable === true) await checkKept(found, as, described)
      const { Deletable } = restrictions(described, 'DeleteRestrictions')
      await claim(
        found,
        as,
        `/api/${name}(${NO_ID})?dryRun=true`,
        Deletable === true ? 404 : [403, 405],
        { method: 'DELETE' },
      )
    })
    expect(problems).toEqual([])
  })
})

/** What is computed, immutable or not updatable is told of, each by its name, when it is sent with another value. */
async function checkKept(problems: string[], as: ClientName, described: Described): Promise<void> {
  const { name, properties } = described
  if (restrictions(described, 'ReadRestrictions')['Readable'] === false) return
  const [row] = await app.rows(`/api/${name}?$top=1`, { as })
  if (row === undefined) return
  const listed = names(restrictions(described, 'UpdateRestrictions')['NonUpdatableProperties'])
  const kept = properties.filter(
    (property) =>
      property['@Core.Computed'] === true ||
      property['@Core.Immutable'] === true ||
      listed.includes(property.name),
  )
  const body = Object.fromEntries(
    kept.map((property) => [property.name, otherValue(property, row[property.name])]),
  )
  const answer = await claim(
    problems,
    as,
    `/api/${name}(${String(row['Id'])})?dryRun=true`,
    [400, 422],
    { method: 'PATCH', body: JSON.stringify(body) },
  )
  const told = targetsOf(answer)
  for (const property of kept)
    if (!told.has(property.name)) problems.push(`${name}: ${property.name} may be changed`)
}

/** A value that the property may have, but has not. */
function otherValue({ $Type, $Collection }: PropertyElement, value: unknown): unknown {
  if ($Collection === true) return ['zzz']
  switch ($Type) {
    case 'Edm.Boolean':
      return value !== true
    case 'Edm.Date':
      return '1999-01-31'
    case 'Edm.DateTimeOffset':
      return '1999-01-31T00:00:00Z'
    case undefined:
    case 'Edm.String':
      return 'Z'
    default:
      return value === 7 ? 8 : 7
  }
}

function targetsOf(answer: Answer): ReadonlySet<string> {
  const { error } = answer.json as { error?: { target?: string; details?: { target?: string }[] } }
  return new Set(
    [error?.target, ...(error?.details ?? []).map(({ target }) => target)].filter(
      (target) => target !== undefined,
    ),
  )
}

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
  'Capabilities.QuerySegmentSupported': async () => {
    const { status, json } = await asked('/api/Buildings/$query', {
      method: 'POST',
      headers: { 'content-type': 'text/plain' },
      body: '$top=1&$select=Id',
    })
    return status === 200 && (json as { value: unknown[] }).value.length === 1
  },
  'Capabilities.ChangeTracking': async () => {
    const { text } = await asked('/api/Notes?$top=1', {
      headers: { prefer: 'track-changes', 'odata-maxversion': '4.01' },
    })
    return text.includes('@deltaLink')
  },
}

function batch(): Promise<Answer> {
  return asked('/api/$batch', {
    method: 'POST',
    headers: { 'content-type': 'application/json', 'odata-maxversion': '4.01' },
    body: JSON.stringify({ requests: [{ id: '1', method: 'get', url: 'Buildings?$top=1' }] }),
  })
}

/** A term is said when it is not there: the vocabulary lets clients believe it (BatchSupported). */
function isClaimed(value: unknown): boolean {
  if (typeof value === 'object' && value !== null)
    return (value as { Supported?: boolean }).Supported !== false
  return value === true
}

describe('Capabilities: what the service does as a whole', () => {
  test.each(Object.entries(serviceClaims))('%s', async (term, ask) => {
    const { container } = await metadataOf(app, 'administrator')
    expect([term, isClaimed(container[`@${term}`])]).toEqual([term, await ask()])
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
