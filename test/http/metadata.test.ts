import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { revokeRight } from '../../src/auth/rights.ts'
import { type ClientName, startTestApp, type TestApp } from '../support/test-app.ts'

let app: TestApp

beforeAll(async () => {
  app = await startTestApp()
})

afterAll(async () => {
  await app.close()
})

type Headers = Readonly<Record<string, string>>

const json = { accept: 'application/json' }

/** The entity sets of the document, by name. */
async function setsOf(as: ClientName): Promise<Record<string, Record<string, unknown>>> {
  const answer = await app.ask('/api/$metadata', { as, headers: json })
  const document = answer.json as {
    'Primmo.HApi': { Container: Record<string, Record<string, unknown>> }
  }
  return document['Primmo.HApi'].Container
}

describe('Protocol 4.01 §11.1.2 Metadata Document Request', () => {
  test.each<[Headers, string, string, string]>([
    [{}, '', 'application/xml', '4.0'],
    [{ accept: '*/*' }, '', 'application/xml', '4.0'],
    [{ accept: 'text/xml' }, '', 'application/xml', '4.0'],
    [{ accept: 'application/xml', 'odata-maxversion': '4.01' }, '', 'application/xml', '4.01'],
    [{ 'odata-maxversion': '4.0' }, '', 'application/xml', '4.0'],
    [json, '', 'application/json', '4.0'],
    [{ ...json, 'odata-maxversion': '4.01' }, '', 'application/json', '4.01'],
    [{ accept: 'application/json;q=0.5,application/xml' }, '', 'application/xml', '4.0'],
    // $format wins over Accept.
    [{ accept: 'application/xml' }, '?$format=json', 'application/json', '4.0'],
    [json, '?$format=xml', 'application/xml', '4.0'],
  ])('%o %s: %s of version %s', async (headers, query, contentType, version) => {
    const answer = await app.ask(`/api/$metadata${query}`, { headers })
    expect(answer.status).toBe(200)
    expect(answer.headers['content-type']).toBe(contentType)
    expect(answer.headers['odata-version']).toBe(version)
    if (contentType === 'application/json')
      expect(answer.json).toMatchObject({
        $Version: version,
        $EntityContainer: 'Primmo.HApi.Container',
      })
    else
      expect(answer.text).toContain(
        `<edmx:Edmx xmlns:edmx="http://docs.oasis-open.org/odata/ns/edmx" Version="${version}">`,
      )
  })

  test('a format that no metadata has is refused', async () => {
    for (const [headers, query] of [
      [{ accept: 'text/csv' }, ''],
      [{}, '?$format=atom'],
    ] as const)
      expect((await app.ask(`/api/$metadata${query}`, { headers })).status).toBe(406)
  })
})

describe('RFC 9110 §13.1.2 who has the document keeps it', () => {
  test('a weak tag, 304 while it is the same, and a tag of its own for each form', async () => {
    const forms: readonly Headers[] = [
      {},
      json,
      { 'odata-maxversion': '4.01' },
      { 'accept-language': 'en' },
    ]
    const tags = new Set<string>()
    for (const headers of forms) {
      const first = await app.ask('/api/$metadata', { headers })
      const tag = String(first.headers.etag)
      tags.add(tag)
      expect(tag).toMatch(/^W\/"[\w-]+"$/)
      expect(first.headers['cache-control']).toBe('private, no-cache')
      expect(first.headers.vary).toContain(
        'Accept, Accept-Language, OData-MaxVersion, Authorization',
      )
      for (const condition of [tag, `"other", ${tag}`, tag.slice(2)]) {
        for (const method of ['GET', 'HEAD']) {
          const again = await app.ask('/api/$metadata', {
            method,
            headers: { ...headers, 'if-none-match': condition },
          })
          expect([again.status, again.text, again.headers.etag]).toEqual([304, '', tag])
        }
      }
      const other = await app.ask('/api/$metadata', {
        headers: { ...headers, 'if-none-match': 'W/"other"' },
      })
      expect([other.status, other.text]).toEqual([200, first.text])
    }
    expect(tags.size).toBe(forms.length)
  })
})

describe('R-018 the texts are in both languages, that of the caller first', () => {
  test.each([
    [undefined, 'fr', 'Immeuble', 'en', 'Building'],
    ['en-CA,fr;q=0.5', 'en', 'Building', 'fr', 'Immeuble'],
  ])('Accept-Language %s', async (asked, language, own, qualifier, other) => {
    const answer = await app.ask('/api/$metadata?$format=json', {
      headers: asked === undefined ? {} : { 'accept-language': asked },
    })
    expect(answer.headers['content-language']).toBe(language)
    expect(answer.json).toMatchObject({
      'Primmo.HApi': {
        Building: {
          '@Core.Description': own,
          [`@Core.Description#${qualifier}`]: other,
          '@Common.Label': own,
        },
      },
    })
  })
})

describe('R-010, R-011 the document says to each caller what it may do', () => {
  test('a set of a module that was not acquired stays, marked with its module (A5)', async () => {
    const { FinancialStatements, LedgerDivisions } = await setsOf('integrator')
    expect(FinancialStatements).toMatchObject({
      '@Primmo.HApi.Module': 'financial-statements',
      '@Core.Permissions': 'None',
      '@Capabilities.ReadRestrictions': {
        Readable: false,
        '@Core.Description': "Le module « États financiers » n'est pas acquis",
        '@Core.Description#en': 'The module "Financial statements" has not been acquired',
      },
    })
    expect(LedgerDivisions).toMatchObject({
      '@Capabilities.ExpandRestrictions': { NonExpandableProperties: ['FinancialStatements'] },
      '@Capabilities.NavigationRestrictions': {
        RestrictedProperties: [{ NavigationProperty: 'FinancialStatements', Navigability: 'None' }],
      },
    })
    const own = await setsOf('administrator')
    expect(own['FinancialStatements']).toMatchObject({
      '@Core.Permissions': 'Read',
      '@Capabilities.ReadRestrictions': { Readable: true },
    })
    expect(own['LedgerDivisions']).not.toHaveProperty('@Capabilities.NavigationRestrictions')
  })

  test('the administrator writes master data', async () => {
    for (const [client, insertable] of [
      ['integrator', false],
      ['administrator', true],
    ] as const)
      expect((await setsOf(client))['Buildings']).toMatchObject({
        '@Capabilities.InsertRestrictions': { Insertable: insertable },
      })
  })

  test('a right that was taken away shows at once', async () => {
    const { databaseName, userName } = await userOf('other')
    const before = await app.ask('/api/$metadata', { as: 'other' })
    expect((await setsOf('other'))['Notes']).toMatchObject({
      '@Capabilities.InsertRestrictions': { Insertable: true },
    })
    await revokeRight(
      app.db.database,
      { databaseName, userName },
      { set: 'Notes', operation: 'create' },
    )
    await expect
      .poll(async () => (await setsOf('other'))['Notes'])
      .toMatchObject({
        '@Capabilities.InsertRestrictions': {
          Insertable: false,
          '@Core.Description': 'Droit retiré à cet utilisateur',
        },
        '@Capabilities.UpdateRestrictions': { Updatable: true },
      })
    const after = await app.ask('/api/$metadata', {
      as: 'other',
      headers: { 'if-none-match': String(before.headers.etag) },
    })
    expect(after.status).toBe(200)
  })
})

async function userOf(client: ClientName): Promise<{ databaseName: string; userName: string }> {
  const { userName } = app.clients[client]
  const [databaseName = ''] = await app.column<string>(
    `select a.database_name from access.users u join public.accounts a on a.account_id = u.account_id
      where u.user_name = $1`,
    [userName],
  )
  return { databaseName, userName }
}
