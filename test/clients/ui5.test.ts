/** OpenUI5's V4 ODataModel in Chromium, on another origin than the API: by single requests and in batches. */

import { existsSync } from 'node:fs'
import { type Browser, chromium, type Page } from 'playwright-core'
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import { startTestApp, type TestApp } from '../support/test-app.ts'
import { serveUi5Page, type Ui5Page } from './ui5-page.ts'

const CHROMIUM = process.env['HAPI_TEST_CHROMIUM'] ?? '/usr/bin/chromium'

let app: TestApp
let site: Ui5Page
let browser: Browser
let page: Page
/** Method and path of what the page sent to the API. */
let sent: string[]

describe.skipIf(!existsSync(CHROMIUM))('OpenUI5', () => {
  beforeAll(async () => {
    site = await serveUi5Page()
    app = await startTestApp({ settings: { HAPI_CORS_ORIGINS: site.origin } })
    browser = await chromium.launch({ executablePath: CHROMIUM, args: ['--no-sandbox'] })
    page = await browser.newPage()
    page.on('request', (request) => {
      const url = request.url()
      if (url.startsWith(app.baseUrl))
        sent.push(`${request.method()} ${new URL(url).pathname.replace(/\(\d+\)$/, '(…)')}`)
    })
    await page.exposeFunction('changeElsewhere', async (id: number) => {
      await app.sql("update notes set body = 'Autre' where account_id = 1 and id = $1", [id])
    })
    await page.goto(site.origin)
    await page.waitForFunction('globalThis.scenarios')
  })
  afterAll(async () => {
    await browser?.close()
    await app?.close()
    await site?.close()
  })
  beforeEach(() => {
    sent = []
  })
  afterEach(() => {
    // The browser asks first whether it may.
    expect(sent.filter((request) => !request.startsWith('OPTIONS')).length).toBeGreaterThan(0)
  })

  /** Runs a scenario of the page. */
  async function run(
    name: string,
    groupId: string,
    ...values: readonly unknown[]
  ): Promise<unknown> {
    const service = {
      serviceUrl: `${app.baseUrl}/api/`,
      token: app.clients.integrator.token,
      groupId,
    }
    return page.evaluate(
      `scenarios.${name}(${[service, ...values].map((value) => JSON.stringify(value)).join(', ')})`,
    )
  }

  describe.each(['$direct', '$auto'])('with requests of the group %s', (groupId) => {
    test('lists, filters, sorts, expands, counts and grows', async () => {
      const rows = await app.sql<{ NumberOfRooms: string; Name: string; Id: number }>(
        `select u.id as "Id", u.unit_code as "UnitCode", u.number_of_rooms::text as "NumberOfRooms", b.name as "Name"
           from units u join buildings b on b.account_id = u.account_id and b.id = u.building_id
          where u.account_id = 1 and u.company_no = 3 and u.number_of_rooms > 2.5
          order by u.unit_code desc, u.id`,
      )
      const shown = rows
        .slice(0, 30)
        .map(({ Name, ...unit }) =>
          expect.objectContaining({ ...unit, Building: expect.objectContaining({ Name }) }),
        )
      expect(shown).toHaveLength(30)
      expect(await run('list', groupId)).toEqual({ rows: shown, count: rows.length })
    })

    test('filters by a lambda', async () => {
      const ids = await app.column<number>(
        'select distinct building_id from units where account_id = 1 and number_of_rooms >= 5.5 order by 1',
      )
      expect(ids.length).toBeGreaterThan(0)
      expect(await run('any', groupId)).toEqual(ids)
    })

    test('reads by key, and the units of a building', async () => {
      const units = await app.column<number>(
        'select id from units where account_id = 1 and building_id = 1 order by id limit 5',
      )
      expect(await run('byKey', groupId)).toEqual({
        Id: 1,
        Name: 'Maison de repos du Chevreau',
        units,
      })
    })

    test('creates, changes with an entity tag, meets a conflict, deletes', async () => {
      const note = { CompanyNo: 3, DivisionNo: 2, TenantId: 9116, NoteType: 'R', Body: 'Rappel' }
      const outcome = await run('write', groupId, note)
      expect(outcome).toEqual({
        id: expect.any(Number),
        changed: 'Second rappel',
        conflict: { status: 412, message: expect.stringContaining('Note') },
        seen: 'Autre',
      })
      const { id } = outcome as { readonly id: number }
      expect(
        await app.column('select id from notes where account_id = 1 and id = $1', [id]),
      ).toEqual([])
    })

    test('and they go the way that the group says', async () => {
      await run('byKey', groupId)
      const ways = new Set(
        sent.filter((request) => !/^OPTIONS|metadata|GET \/api\/$/.test(request)),
      )
      expect([...ways]).toEqual(
        groupId === '$auto'
          ? ['POST /api/$batch']
          : expect.arrayContaining(['GET /api/Buildings(…)', 'GET /api/Buildings(1)/Units']),
      )
    })
  })

  test('reads the metadata', async () => {
    expect(await run('metadata', '$auto')).toEqual({
      property: expect.objectContaining({ $Type: 'Edm.String', $MaxLength: 10 }),
      type: 'sap.ui.model.odata.type.Decimal',
      formatted: '4.5',
    })
  })
})
