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
      await checkTracking(found, as, described)
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

async function checkTracking(
  problems: string[],
  as: ClientName,
  described: Described,
): Promise<void> {
  const { Supported, ExpandableProperties } = restrictions(described, 'ChangeTracking')
  const path = `/api/${described.name}?$select=Id&$filter=Id lt 0`
  const headers = { prefer: 'track-changes', 'odata-maxversion': '4.01' }
  const tracked = async (expand: string): Promise<boolean> => {
    const answer = await claim(problems, as, `${path}${expand}`, 200, { headers })
    return answer.text.includes('deltaLink')
  }
  if ((await tracked('')) !== Supported) problems.push(`${path}: tracked, or not`)
  const followed = names(ExpandableProperties)
  if (followed.length > 0 && !(await tracked(`&$expand=${followed.join(',')}`)))
    problems.push(`${path}: not tracked with ${followed.join()}`)
  const others = described.navigation.filter((name) => !followed.includes(name))
  const { NonExpandableProperties } = restrictions(described, 'ExpandRestrictions')
  const other = others.find((name) => !names(NonExpandableProperties).includes(name))
  if (other !== undefined && (await tracked(`&$expand=${other}`)))
    problems.push(`${path}: tracked with ${other}`)
}

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
      if (Insertable === true) await checkDeepInserts(found, as, described)
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
      // What the vocabulary lets clients believe unless it is denied.
      for (const [term, method] of [
        ['UpdateRestrictions', 'PATCH'],
        ['DeleteRestrictions', 'DELETE'],
      ] as const) {
        const {
          FilterSegmentSupported = true,
          Updatable: u,
          Deletable: d,
        } = restrictions(described, term)
        if ((u ?? d) !== true) continue
        const path = `/api/${name}/$filter(@f)/$each?@f=Id lt 0&dryRun=true`
        const refused = FilterSegmentSupported === true ? [200, 204] : [405, 501]
        await claim(found, as, path, refused, {
          method,
          ...(method === 'PATCH' ? { body: '{}' } : {}),
        })
      }
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

/** A single entity inside another is written before it: whether it may be is told first. */
async function checkDeepInserts(
  problems: string[],
  as: ClientName,
  described: Described,
): Promise<void> {
  const { name, navigation, singles } = described
  const closed = names(
    restrictions(described, 'InsertRestrictions')['NonInsertableNavigationProperties'],
  )
  for (const property of navigation.filter((member) => singles.includes(member))) {
    const answer = await claim(
      problems,
      as,
      `/api/${name}?dryRun=true`,
      closed.includes(property) ? [403, 405] : [400, 422],
      { method: 'POST', body: JSON.stringify({ [property]: { CreatedDate: null, None: 1 } }) },
    )
    if (answer.status === 400) expect(answer.text).toContain(property)
  }
}

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
