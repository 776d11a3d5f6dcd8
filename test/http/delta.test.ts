/** Delta links: a client's copy follows what others change, and misses nothing. */

import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { grantRight, revokeRight } from '../../src/auth/rights.ts'
import { loadTokenSecrets } from '../../src/auth/token-secret.ts'
import { LinkSeal } from '../../src/http/odata/link-seal.ts'
import { type AskOptions, startTestApp, type TestApp } from '../support/test-app.ts'

let app: TestApp

beforeAll(async () => {
  app = await startTestApp()
})

afterAll(async () => {
  await app.close()
})

interface Entity {
  readonly Id: number
  readonly [name: string]: unknown
}

interface Removed {
  readonly '@odata.context': string
  readonly id: string
  readonly reason: 'deleted' | 'changed'
}

interface Page {
  readonly '@odata.context'?: string
  readonly value: readonly (Entity | Removed)[]
  readonly '@odata.nextLink'?: string
  readonly '@odata.deltaLink'?: string
}

const TRACK = { prefer: 'odata.track-changes' }

async function pageAt(path: string, headers: Record<string, string> = {}): Promise<Page> {
  const answer = await app.ask(path.replace(app.baseUrl, ''), { headers })
  if (answer.status !== 200) throw new Error(`${path} → ${answer.status} ${answer.text}`)
  // A collection, or a delta of one, as every path below addresses.
  return answer.json as Page
}

/** What a client keeps: reads pages to their end, takes what they tell in, and gives the link of the next delta. */
class Copy {
  readonly rows = new Map<number, Entity>()
  readonly told: (Entity | Removed)[] = []
  #link = ''

  get link(): string {
    return this.#link
  }

  async read(path: string, pageSize?: number): Promise<this> {
    this.told.length = 0
    const size = pageSize === undefined ? '' : `,odata.maxpagesize=${pageSize}`
    let next: string | undefined = path
    for (let pages = 0; next !== undefined; pages++) {
      if (pages > 2_000) throw new Error(`${path} never ends`)
      const page = await pageAt(next, pages === 0 ? { prefer: `odata.track-changes${size}` } : {})
      if (pageSize !== undefined) expect(page.value.length).toBeLessThanOrEqual(pageSize)
      for (const item of page.value) this.#take(item)
      next = page['@odata.nextLink']
      const { '@odata.deltaLink': link } = page
      // The last page has the delta link, in place of the next link (Protocol 4.01 §11.3).
      expect(link === undefined).toBe(next !== undefined)
      this.#link = link ?? this.#link
    }
    return this
  }

  follow(pageSize?: number): Promise<this> {
    return this.read(this.#link, pageSize)
  }

  #take(item: Entity | Removed): void {
    this.told.push(item)
    if (isRemoved(item)) this.rows.delete(Number(/\((\d+)\)$/.exec(item.id)?.[1]))
    else this.rows.set(item.Id, item)
  }

  get sorted(): readonly Entity[] {
    return [...this.rows.values()].sort((a, b) => a.Id - b.Id)
  }
}

function isRemoved(item: Entity | Removed): item is Removed {
  return 'reason' in item
}

/** The answer to a query as a client that tracks it sees it. */
async function current(path: string): Promise<readonly unknown[]> {
  const { value } = await pageAt(path, { 'odata-version': '4.0' })
  return [...value].sort((a, b) => Number(a['Id' as never]) - Number(b['Id' as never]))
}

const PERIODS = '/api/UnavailableUnits'

let nextId = 900_000

/** A period of days of its own, since those of one unit do not overlap. */
function insertPeriod(reason = 'R'): readonly [string, readonly unknown[]] {
  const id = nextId++
  return [
    `insert into unavailable_units
     select (jsonb_populate_record(u, jsonb_build_object('id', $1::integer, 'reason_code', $2::text, 'description', 'neuf',
       'start_date', date '2030-01-01' + ($1 - 900000) * 2, 'end_date', date '2030-01-01' + ($1 - 900000) * 2))).*
       from unavailable_units u where u.account_id = 1 order by u.id limit 1`,
    [id, reason],
  ]
}

async function make(reason?: string): Promise<number> {
  await app.sql(...insertPeriod(reason))
  return nextId - 1
}

const change = (id: number, assignment: string): Promise<unknown> =>
  app.sql(`update unavailable_units set ${assignment} where account_id = 1 and id = $1`, [id])

const remove = (id: number): Promise<unknown> =>
  app.sql('delete from unavailable_units where account_id = 1 and id = $1', [id])

describe('Protocol 4.01 §11.3 requesting changes', () => {
  test('a tracked answer ends with a delta link and says that it is tracked', async () => {
    for (const prefer of ['odata.track-changes', 'track-changes']) {
      const answer = await app.ask(PERIODS, { headers: { prefer } })
      expect(answer.headers['preference-applied']).toBe(prefer)
      expect((answer.json as Page)['@odata.deltaLink']).toMatch(/\?\$deltatoken=[\w-]+$/)
    }
    const plain = await app.ask(PERIODS)
    expect(plain.text).not.toContain('deltaLink')
    expect(plain.headers['preference-applied']).toBeUndefined()
  })

  test('nothing changed: an empty delta with a link for what follows', async () => {
    const copy = await new Copy().read(PERIODS)
    const page = await pageAt(copy.link)
    expect(page).toEqual({
      '@odata.context': `${app.baseUrl}/api/$metadata#UnavailableUnits/$delta`,
      value: [],
      '@odata.deltaLink': expect.stringContaining('$deltatoken='),
    })
  })

  test('what was added, changed and deleted, once each, as it is now', async () => {
    const [kept, changed, gone] = [await make(), await make(), await make()]
    const copy = await new Copy().read(`${PERIODS}?$select=Id,Description`)
    await change(changed, "description = 'un'")
    await change(changed, "description = 'deux'")
    const added = await make()
    await remove(gone)
    const brief = await make()
    await remove(brief)
    const page = await pageAt(copy.link)
    const context = `${app.baseUrl}/api/$metadata#UnavailableUnits/$deletedEntity`
    expect(page['@odata.context']).toBe(
      `${app.baseUrl}/api/$metadata#UnavailableUnits(Id,Description)/$delta`,
    )
    const etag = expect.stringMatching(/^W\//)
    expect(page.value).toEqual([
      { '@odata.etag': etag, Id: changed, Description: 'deux' },
      { '@odata.context': context, id: `UnavailableUnits(${gone})`, reason: 'deleted' },
      { '@odata.etag': etag, Id: added, Description: 'neuf' },
      { '@odata.context': context, id: `UnavailableUnits(${brief})`, reason: 'deleted' },
    ])
    await copy.follow()
    expect(copy.rows.has(kept)).toBe(true)
    expect(copy.sorted).toEqual(await current(`${PERIODS}?$select=Id,Description`))
    expect((await copy.follow()).told).toEqual([])
  })

  test('4.01 says removed entities its own way', async () => {
    const id = await make()
    const headers = { prefer: 'track-changes', 'odata-maxversion': '4.01' }
    const first = (await app.ask(PERIODS, { headers })).json as { '@deltaLink': string }
    await remove(id)
    const answer = await app.ask(first['@deltaLink'].replace(app.baseUrl, ''), { headers })
    expect(answer.headers['odata-version']).toBe('4.01')
    expect(answer.headers['preference-applied']).toBe('track-changes')
    expect(answer.json).toEqual({
      '@context': `${app.baseUrl}/api/$metadata#UnavailableUnits/$delta`,
      value: [{ '@removed': { reason: 'deleted' }, '@id': `UnavailableUnits(${id})` }],
      '@deltaLink': expect.stringContaining('$deltatoken='),
    })
  })

  test('an entity whose key is not selected says its address', async () => {
    const id = await make()
    const copy = await pageAt(`${PERIODS}?$select=ReasonCode`, TRACK)
    await change(id, "reason_code = 'S'")
    const link = copy['@odata.deltaLink'] ?? ''
    for (const accept of [
      'application/json;odata.metadata=minimal',
      'application/json;odata.metadata=none',
    ])
      expect((await pageAt(link, { accept })).value).toEqual([
        expect.objectContaining({
          '@odata.id': expect.stringMatching(new RegExp(`UnavailableUnits\\(${id}\\)$`)),
          ReasonCode: 'S',
        }),
      ])
  })

  test('with a filter, what matches no more is removed as changed', async () => {
    const [stays, leaves, comes] = [await make('R'), await make('R'), await make('S')]
    const query = `${PERIODS}?$filter=ReasonCode eq 'R'&$select=Id,ReasonCode,Description`
    const copy = await new Copy().read(query)
    await change(leaves, "reason_code = 'T'")
    await change(comes, "reason_code = 'R'")
    await change(stays, "description = 'encore'")
    await copy.follow()
    expect(copy.told.map((item) => (isRemoved(item) ? [item.id, item.reason] : item.Id))).toEqual([
      stays,
      [`UnavailableUnits(${leaves})`, 'changed'],
      comes,
    ])
    expect(copy.sorted).toEqual(await current(query))
  })

  test('$search, and the collection of a relation', async () => {
    const [id] = await app.column<number>(
      "select id from tenants where account_id = 1 and last_name = 'Tremblay' order by id limit 1",
    )
    const search = '/api/Tenants?$search=tremblay&$select=Id,LastName'
    const searched = await new Copy().read(search)
    const units = '/api/Buildings(630)/Units?$select=Id,Floor'
    const related = await new Copy().read(units)
    await app.sql(
      "update tenants set last_name = 'Zzyzx', email = null where account_id = 1 and id = $1",
      [id],
    )
    await app.sql('update units set floor = 99 where account_id = 1 and id in (1440, 2909)')
    await app.sql(
      'update units set floor = 98 where account_id = 1 and building_id <> 630 and id % 50 = 0',
    )
    await searched.follow()
    expect(searched.told).toEqual([
      expect.objectContaining({ id: `Tenants(${id})`, reason: 'changed' }),
    ])
    expect(searched.sorted).toEqual(await current(search))
    await related.follow()
    expect(
      related.told.filter((item) => !isRemoved(item)).map((item) => item['Floor' as never]),
    ).toEqual([99, 99])
    expect(related.sorted).toEqual(await current(units))
  })

  test('the changes of a delta page by page, and how many there are', async () => {
    const copy = await new Copy().read(
      `${PERIODS}?$top=5&$orderby=StartDate desc&$count=true&$skip=1`,
    )
    const ids: number[] = []
    for (let count = 0; count < 7; count++) ids.push(await make())
    await remove(ids[2] ?? 0)
    const [path = '', query = ''] = copy.link.replace(app.baseUrl, '').split('?')
    const count = await app.ask(`${path}/$count?${query}`)
    expect([count.text, count.headers['content-type']]).toEqual(['7', 'text/plain'])
    // What the first reading left out is no part of the link.
    expect(query).toMatch(/^\$deltatoken=/)
    await copy.follow(3)
    expect(copy.told.length).toBe(7)
    expect(ids.map((id) => copy.rows.has(id))).toEqual(ids.map((_, index) => index !== 2))
    expect((await copy.follow(3)).told).toEqual([])
  })

  test('a reading of several pages is tracked from its first page on', async () => {
    const first = await make()
    let page = await pageAt(`${PERIODS}?$select=Id,Description`, {
      prefer: 'track-changes,maxpagesize=4',
    })
    await change(first, "description = 'pendant la lecture'")
    const early = (page.value[0] as Entity).Id
    await change(early, "description = 'page déjà lue'")
    while (page['@odata.nextLink'] !== undefined) page = await pageAt(page['@odata.nextLink'])
    const delta = await pageAt(page['@odata.deltaLink'] ?? '')
    expect(delta.value).toEqual([
      expect.objectContaining({ Id: early, Description: 'page déjà lue' }),
      expect.objectContaining({ Id: first, Description: 'pendant la lecture' }),
    ])
  })

  test('4.01: an entity comes again when a single relation that is expanded has changed', async () => {
    const headers = { prefer: 'track-changes', 'odata-maxversion': '4.01' }
    const query =
      '/api/Units?$filter=Floor eq 1&$select=Id&$expand=Building($select=Name;$expand=LedgerDivision($select=Name))'
    const ask = async (path: string) =>
      (await app.ask(path.replace(app.baseUrl, ''), { headers })).json as {
        value: readonly { Id?: number; Building?: unknown; '@removed'?: unknown }[]
        '@deltaLink': string
      }
    const told = async (link: string) =>
      (await ask(link)).value.flatMap(({ Id }) => (Id === undefined ? [] : [Id]))
    const first = await ask(query)
    const ofBuilding = await app.column(
      'select id from units where account_id = 1 and floor = 1 and building_id = 630 order by id',
    )
    expect(ofBuilding.length).toBeGreaterThan(1)
    await app.sql("update buildings set name = 'Le Grand' where account_id = 1 and id = 630")
    expect(await told(first['@deltaLink'])).toEqual(ofBuilding)
    const next = await ask(first['@deltaLink'])
    expect(next.value[0]?.Building).toMatchObject({ Name: 'Le Grand' })
    await app.sql(
      `update ledger_divisions set name = 'Autre' where account_id = 1
        and id = (select ledger_division_id from buildings where account_id = 1 and id = 630)`,
    )
    const ofDivision = await app.column(
      `select u.id from units u join buildings b on b.account_id = 1 and b.id = u.building_id
        where u.account_id = 1 and u.floor = 1 and b.ledger_division_id =
          (select ledger_division_id from buildings where account_id = 1 and id = 630) order by 1`,
    )
    expect(await told(next['@deltaLink'])).toEqual(ofDivision)
    // A delta of 4.0 cannot say it.
    expect((await app.ask(next['@deltaLink'].replace(app.baseUrl, ''))).status).toBe(501)
  })

  test.each([
    '/api/Units?$expand=Building',
    '/api/Buildings?$expand=Units',
    "/api/Units?$filter=Building/Name ne 'x'",
    '/api/Buildings?$filter=Units/any(u:u/Floor gt 1)',
    '/api/Buildings?$filter=Units/$count gt 1',
    '/api/Units?$filter=ModifiedDate lt now()',
    '/api/Units/ForRent',
    '/api/Buildings(630)',
    '/api/Buildings/$count',
    '/api/Units(2909)/Building',
    '/api/WebhookEndpoints',
  ])('%s: what other rows or the clock decide is not tracked', async (path) => {
    const answer = await app.ask(path, { headers: TRACK })
    expect(answer.status).toBe(200)
    expect(answer.headers['preference-applied']).toBeUndefined()
    expect(answer.text).not.toContain('deltaLink')
  })
})

describe('Protocol 4.01 §11.3.2 delta links are the service’s own, and end', () => {
  const ask = (link: string, options?: AskOptions) =>
    app.ask(link.replace(app.baseUrl, ''), options)

  test('a link opens for its user and query alone', async () => {
    const { link } = await new Copy().read(`${PERIODS}?$filter=Id gt 5`)
    expect((await ask(link)).status).toBe(200)
    const { pathname, searchParams } = new URL(link)
    expect((await app.ask(`${pathname}?${searchParams.toString()}`)).status).toBe(200)
    for (const as of ['other', 'administrator'] as const)
      expect([as, (await ask(link, { as })).status]).toEqual([as, 400])
    for (const altered of [
      link.replace('gt%205', 'gt%206'),
      link.replace('UnavailableUnits', 'Units'),
      link.replace(/\$filter=[^&]*&/, ''),
      `${link}A`,
      link.replace(/.$/, (last) => (last === 'A' ? 'B' : 'A')),
      link.replace('$deltatoken', '$skiptoken'),
    ])
      expect([altered, (await ask(altered)).status]).toEqual([altered, 400])
  })

  test('a user whose right is gone is refused', async () => {
    const { link } = await new Copy().read(PERIODS)
    const right = { set: 'UnavailableUnits', operation: 'read' } as const
    await revokeRight(app.db.database, app.clients.integrator, right)
    let refused = await ask(link)
    while (refused.status === 200) refused = await ask(link)
    await grantRight(app.db.database, app.clients.integrator, right)
    expect([refused.status, refused.text]).toEqual([
      403,
      expect.stringContaining('READ_NOT_PERMITTED'),
    ])
    while ((await ask(link)).status !== 200);
  })

  test('a link that has outlived the secret of the service is gone, not wrong', async () => {
    const other = await loadTokenSecrets({
      dataDir: '/nowhere',
      jwtSecret: 'a secret that was accepted some years ago',
      jwtSecretPrevious: undefined,
    })
    const sealed = new LinkSeal(other).seal('{"s":["1:1:","0"]}', 'delta/1/1/x')
    const { status, headers } = await app.ask(`${PERIODS}?$filter=Id gt 5&$deltatoken=${sealed}`)
    expect([status, headers.location]).toEqual([
      410,
      `${app.baseUrl}${PERIODS}?$filter=Id%20gt%205`,
    ])
  })

  test('when its changes are pruned it is gone, and says where to begin again', async () => {
    const copy = await new Copy().read(`${PERIODS}?$filter=Id gt 5&$top=3`)
    await make()
    await app.sql("select prune_change_log(1, now() + interval '1 day')")
    const { status, headers, text } = await ask(copy.link)
    expect([status, headers.location]).toEqual([
      410,
      `${app.baseUrl}${PERIODS}?$filter=Id%20gt%205`,
    ])
    expect(text).toContain('DELTA_EXPIRED')
    const again = await new Copy().read((headers.location ?? '').replace(app.baseUrl, ''))
    const id = await make()
    expect((await again.follow()).told).toEqual([expect.objectContaining({ Id: id })])
  })
})

describe('Protocol 4.01 §11.3 nothing is missed under concurrent writers', () => {
  test.each([
    ['&$orderby=Description desc,StartDate', 7, 11],
    ["&$filter=ReasonCode eq 'R'", 13, undefined],
  ])(
    'the copy of %s, read by %i and followed by %s, becomes the table',
    async (query, first, later) => {
      const path = `${PERIODS}?$select=Id,ReasonCode,Description,StartDate${query}`
      for (let count = 0; count < 40; count++) await make(count % 2 === 0 ? 'R' : 'T')
      const writers = new Writers()
      const writing = writers.run(4, 30)
      const copy = await new Copy().read(path, first)
      while (!writers.areDone) await copy.follow(later)
      await writing
      await copy.follow(later)
      expect(copy.sorted).toEqual(await current(path))
      expect(writers.committed).toBeGreaterThan(60)
      expect((await copy.follow()).told).toEqual([])
    },
  )
})

/** Transactions of random length that insert, change and delete, and are sometimes taken back. */
class Writers {
  areDone = false
  committed = 0
  #seed = 42

  async run(writers: number, transactions: number): Promise<void> {
    await Promise.all(
      Array.from({ length: writers }, async () => {
        for (let count = 0; count < transactions; count++) await this.#transaction()
      }),
    )
    this.areDone = true
  }

  async #transaction(): Promise<void> {
    const takenBack = new Error('taken back')
    await app.db.database
      .transaction(async (client) => {
        const length = 1 + this.#random(this.#random(10) === 0 ? 25 : 4)
        for (let step = 0; step < length; step++) await client.query(...this.#statement())
        if (this.#random(6) === 0) throw takenBack
        this.committed += 1
      })
      .catch((error: unknown) => {
        // Two that wait for each other's rows: PostgreSQL ends one of them.
        const isDeadlock = error instanceof Error && 'code' in error && error.code === '40P01'
        if (error !== takenBack && !isDeadlock) throw error
      })
  }

  #statement(): [string, unknown[]] {
    const id = 900_000 + this.#random(nextId - 900_000)
    switch (this.#random(4)) {
      case 0: {
        const [text, values] = insertPeriod(this.#random(2) === 0 ? 'R' : 'S')
        return [text, [...values]]
      }
      case 1:
        return ['delete from unavailable_units where account_id = 1 and id = $1', [id]]
      default:
        return [
          'update unavailable_units set reason_code = $2, description = $3 where account_id = 1 and id = $1',
          [id, ['R', 'S', 'T'][this.#random(3)], `n° ${this.#random(1000)}`],
        ]
    }
  }

  /** Below `limit`; the same numbers in every run. */
  #random(limit: number): number {
    this.#seed = (this.#seed * 1_103_515_245 + 12_345) % 2_147_483_648
    return Math.floor((this.#seed / 2_147_483_648) * limit)
  }
}
