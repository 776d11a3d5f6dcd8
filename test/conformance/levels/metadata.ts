/** The metadata document: that there is one, in both formats, that it is complete, and that it tells what is offered. */

import { xml2json } from 'odata-csdl'
import { expect } from 'vitest'
import type { TestApp } from '../../support/test-app.ts'
import type { LevelCheck } from './level-check.ts'

type Element = Readonly<Record<string, unknown>>
type Schema = Readonly<Record<string, Element>>

interface Csdl {
  readonly $Version: string
  readonly 'Primmo.HApi': Schema
}

async function xmlOf(app: TestApp, maxVersion: '4.0' | '4.01'): Promise<Csdl> {
  const answer = await app.ask('/api/$metadata', {
    headers: { accept: 'application/xml', 'OData-MaxVersion': maxVersion },
  })
  expect([answer.status, answer.headers['content-type']]).toEqual([200, 'application/xml'])
  const messages: unknown[] = []
  const document = xml2json(answer.text, { strict: true, messages })
  expect(messages).toEqual([])
  // As CSDL JSON is made.
  return document as Csdl
}

async function jsonOf(app: TestApp, maxVersion: '4.0' | '4.01'): Promise<Csdl> {
  const answer = await app.ask('/api/$metadata', {
    headers: { accept: 'application/json', 'OData-MaxVersion': maxVersion },
  })
  expect([answer.status, answer.headers['content-type']]).toEqual([200, 'application/json'])
  return answer.json as Csdl
}

/** Names of members, without control information and annotations. */
function membersOf(element: Element | undefined): readonly string[] {
  return Object.keys(element ?? {}).filter((name) => !/[$@]/.test(name))
}

/** Every set of the service document, with every property that its rows have. */
async function expectComplete(app: TestApp, schema: Schema): Promise<void> {
  const container = schema['Container'] ?? {}
  const sets = await app.rows<{ name: string; kind: string }>('/api')
  expect([...membersOf(container)].sort()).toEqual(sets.map(({ name }) => name).sort())
  for (const { name } of sets.filter(({ kind }) => kind === 'EntitySet')) {
    const { $Type } = container[name] as { $Type: string }
    const declared = membersOf(schema[$Type.replace('Primmo.HApi.', '')])
    const answer = await app.ask(`/api/${name}?$top=1`, { as: 'administrator' })
    const [row] = (answer.json as { value: object[] }).value
    expect([name, declared]).toEqual([name, expect.arrayContaining(Object.keys(row ?? {}))])
  }
}

async function expectXml(app: TestApp): Promise<void> {
  const { $Version, 'Primmo.HApi': schema } = await xmlOf(app, '4.0')
  expect($Version).toBe('4.0')
  await expectComplete(app, schema)
}

async function expectJsonFormat(app: TestApp): Promise<void> {
  for (const headers of [{}, { accept: 'application/json' }, { accept: '*/*' }]) {
    const answer = await app.ask('/api/Buildings?$filter=Id eq 630', {
      headers: { ...headers, 'OData-MaxVersion': '4.0' },
    })
    expect(answer.headers['content-type']).toMatch(/^application\/json;odata\.metadata=minimal/)
    expect(answer.json).toEqual({
      '@odata.context': `${app.baseUrl}/api/$metadata#Buildings`,
      value: [
        expect.objectContaining({ '@odata.etag': expect.any(String), Id: expect.any(Number) }),
      ],
    })
  }
}

const primitiveTypes =
  /^Edm\.(?:Binary|Boolean|Byte|Date|DateTimeOffset|Decimal|Double|Duration|Guid|Int16|Int32|Int64|SByte|Single|Stream|String|TimeOfDay)$/

export const metadata: readonly LevelCheck[] = [
  {
    line: '4.0 Minimal 8',
    check: async (app) => {
      const { 'Primmo.HApi': schema } = await jsonOf(app, '4.0')
      const isStructured = (name: string): boolean =>
        ['EntityType', 'ComplexType'].includes(String(schema[name]?.['$Kind']))
      const types = Object.entries(schema)
        .filter(([name]) => isStructured(name))
        .flatMap(([name, element]) =>
          membersOf(element).map((member) => {
            const { $Type = 'Edm.String' } = element[member] as { $Type?: string }
            return [`${name}/${member}`, $Type] as const
          }),
        )
      const unknown = types.filter(
        ([, type]) => !primitiveTypes.test(type) && !isStructured(type.replace('Primmo.HApi.', '')),
      )
      expect(types.length).toBeGreaterThan(1_000)
      expect(unknown).toEqual([])
    },
  },
  { line: '4.0 Minimal 13', check: expectXml },
  { line: '4.0 Intermediate 8', check: expectXml },
  { line: '4.0 Intermediate 9', check: expectJsonFormat },
  { line: '4.0 Advanced 2', check: expectXml },
  { line: '4.0 Advanced 3', check: expectJsonFormat },
  {
    line: '4.01 Minimal 10',
    check: async (app) => {
      const xml = await xmlOf(app, '4.01')
      const json = await jsonOf(app, '4.01')
      expect([xml.$Version, json.$Version]).toEqual(['4.01', '4.01'])
      expect(Object.keys(json['Primmo.HApi'])).toEqual(Object.keys(xml['Primmo.HApi']))
    },
  },
  {
    line: '4.01 Minimal 11',
    check: async (app) => {
      const { 'Primmo.HApi': schema } = await jsonOf(app, '4.01')
      for (const scope of [schema, ...Object.values(schema)]) {
        const names = membersOf(scope)
        expect(new Set(names.map((name) => name.toLowerCase())).size).toBe(names.length)
      }
    },
  },
  {
    line: '4.01 Minimal 12',
    check: async (app) => {
      const { 'Primmo.HApi': schema } = await jsonOf(app, '4.01')
      const versions = String(schema['Container']?.['@Core.ODataVersions']).split(' ')
      expect(versions).toContain('4.01')
      for (const version of versions) {
        const answer = await app.ask('/api', { headers: { 'OData-MaxVersion': version } })
        expect(answer.headers['odata-version']).toBe(version)
      }
    },
  },
  {
    line: '4.01 Minimal 13',
    check: async (app) => {
      const { 'Primmo.HApi': schema } = await jsonOf(app, '4.01')
      const container = schema['Container'] ?? {}
      for (const set of membersOf(container)) {
        const element = container[set] as Element
        if (element['$Collection'] !== true) continue
        for (const term of [
          'Filter',
          'Sort',
          'Search',
          'Count',
          'Expand',
          'Insert',
          'Update',
          'Delete',
          'Read',
        ])
          expect([set, element[`@Capabilities.${term}Restrictions`]]).toEqual([
            set,
            expect.any(Object),
          ])
      }
      expect(container['@Capabilities.FilterFunctions']).toContain('contains')
      // One that is claimed and one that is not; all are asked for in the tests of the metadata.
      const post = (set: string): Promise<{ status: number }> =>
        app.ask(`/api/${set}?dryRun=true`, {
          method: 'POST',
          headers: { 'content-type': 'application/json' },
          body: '{}',
        })
      expect(container['Tenants']).toMatchObject({
        '@Capabilities.InsertRestrictions': { Insertable: true },
      })
      expect((await post('Tenants')).status).toBe(400)
      expect(container['Buildings']).toMatchObject({
        '@Capabilities.InsertRestrictions': { Insertable: false },
      })
      expect((await post('Buildings')).status).toBe(405)
    },
  },
  {
    line: '4.01 Advanced 6',
    check: async (app) => {
      const { 'Primmo.HApi': schema } = await jsonOf(app, '4.01')
      await expectComplete(app, schema)
    },
  },
]
