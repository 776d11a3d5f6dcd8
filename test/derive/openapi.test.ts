import { describe, expect, test } from 'vitest'
import { buildOpenApi } from '../../src/derive/openapi.ts'
import type { Example, Response } from '../../src/derive/openapi-document.ts'
import { writeRules } from '../../src/domain/rules.ts'
import { errorCatalogue } from '../../src/errors/catalogue.ts'
import { model } from '../../src/model/model.ts'
import { delivery } from '../support/delivery-policy.ts'

const languages = ['fr', 'en'] as const
const document = buildOpenApi(model, {
  lang: 'fr',
  version: '1.2.3',
  serverUrl: 'https://exemple.test',
  rules: writeRules,
  delivery,
})
const operations = Object.entries(document.paths).flatMap(([path, item]) =>
  Object.entries(item).map(([method, operation]) => ({ path, method, ...operation })),
)

function referencesIn(value: unknown): readonly string[] {
  if (typeof value !== 'object' || value === null) return []
  return Object.entries(value).flatMap(([name, member]) =>
    name === '$ref' ? [String(member)] : referencesIn(member),
  )
}

function resolve(reference: string): unknown {
  return reference
    .replace('#/', '')
    .split('/')
    .reduce<unknown>((value, name) => memberOf(value, name), document)
}

function memberOf(value: unknown, name: string): unknown {
  return typeof value === 'object' && value !== null ? Reflect.get(value, name) : undefined
}

function getResponse(reference: string): Response {
  const response = document.components.responses[reference.replace('#/components/responses/', '')]
  if (response === undefined) throw new Error(`No response at ${reference}`)
  return response
}

function getExample(reference: string): Example {
  const example = document.components.examples[reference.replace('#/components/examples/', '')]
  if (example === undefined) throw new Error(`No example at ${reference}`)
  return example
}

describe('OpenAPI 3.0.3', () => {
  test('every reference leads to a component, and no schema leads back to itself', () => {
    for (const reference of referencesIn(document)) expect(resolve(reference)).toBeDefined()
    const visit = (reference: string, path: readonly string[]): void => {
      expect(path).not.toContain(reference)
      for (const next of referencesIn(resolve(reference))) visit(next, [...path, reference])
    }
    for (const name of Object.keys(document.components.schemas))
      visit(`#/components/schemas/${name}`, [])
  })

  test('every component is used', () => {
    const used = new Set(referencesIn(document))
    const unused = Object.entries(document.components)
      .filter(([kind]) => kind !== 'securitySchemes')
      .flatMap(([kind, components]) =>
        Object.keys(components).map((name) => `#/components/${kind}/${name}`),
      )
      .filter((reference) => !used.has(reference))
    expect(unused).toEqual([])
  })

  test('the paths are those served, and no other', () => {
    const actions = model.operations
      .filter(({ kind }) => kind === 'action')
      .map(({ set, name }) => `/api/${set}({Id})/${name}`)
    expect(Object.keys(document.paths).sort()).toEqual(
      [
        ...model.entityTypes.flatMap(({ set }) => [
          `/api/${set}`,
          `/api/${set}({Id})`,
          `/api/${set}/$count`,
        ]),
        '/api/',
        '/api/$async/{id}',
        '/api/$batch',
        '/api/$metadata',
        '/api/Documents({Id})/$value',
        '/api/Import',
        '/api/Me',
        '/api/Sandbox/Clock',
        '/api/Token',
        '/api/subscribe',
        '/api/unsubscribe',
        '/api/Units/ForRent',
        '/api/Units({Id})/Availability',
        '/api/Parkings({Id})/Availability',
        '/api/Storages({Id})/Availability',
        '/api/Leases({Id})/RentOn',
        ...actions,
        '/api/events',
        '/api/feed.pbids',
        '/health/live',
        '/health/ready',
      ].sort(),
    )
  })

  test('operation identifiers and tags are unique and known', () => {
    const ids = operations.map(({ operationId }) => operationId)
    expect(new Set(ids).size).toBe(ids.length)
    const tags = document.tags.map(({ name }) => name)
    expect(new Set(tags).size).toBe(tags.length)
    for (const { tags: used } of operations) for (const tag of used) expect(tags).toContain(tag)
  })

  test('both languages describe the same operations with the same identifiers', () => {
    const [french, english] = languages.map((lang) =>
      Object.entries(
        buildOpenApi(model, { lang, version: '1', serverUrl: '/', rules: writeRules, delivery })
          .paths,
      ).map(([path, item]) => [path, item.get?.operationId, item.post?.operationId]),
    )
    expect(english).toEqual(french)
  })

  test('every path parameter is declared', () => {
    for (const { path, parameters = [] } of operations) {
      const declared = parameters.flatMap((parameter) =>
        'in' in parameter && parameter.in === 'path' ? [parameter.name] : [],
      )
      expect(declared).toEqual([...path.matchAll(/\{(\w+)\}/g)].map(([, name]) => name))
    }
  })
})

describe('R-011 Modules', () => {
  test('the sets of an optional module say so, and whom to ask', () => {
    const statements = document.paths['/api/FinancialStatements']?.get
    expect(statements?.['x-primmo-module']).toBe('financial-statements')
    expect(statements?.description).toContain(
      '**Module facultatif** : États financiers. Sans lui, la réponse est 403 `MODULE_NOT_LICENSED` : le client doit s’adresser'.replace(
        '’',
        "'",
      ),
    )
    expect(
      JSON.stringify(document.components.responses['Forbidden_financial-statements']),
    ).toContain('Le module « États financiers »')
    expect(document.paths['/api/Buildings']?.get?.description).toContain(
      '**Module** : Immeubles et structure',
    )
  })
})

describe('R-121 What an administrator alone reads', () => {
  test('is said to be his, with the refusal that others are answered', () => {
    for (const path of ['', '({Id})', '/$count']) {
      const operation = document.paths[`/api/AuditEntries${path}`]?.get
      expect(operation).toMatchObject({
        'x-primmo-profile': 'administrator',
        description: expect.stringContaining("- **Réservé à l'administrateur du compte**"),
        responses: { 403: { $ref: '#/components/responses/Forbidden_AuditEntries' } },
      })
    }
    expect(document.components.responses['Forbidden_AuditEntries']?.description).toBe(
      "Réservé à l'administrateur du compte : `ADMINISTRATOR_ONLY`",
    )
  })
})

describe('Error examples', () => {
  test('are of codes in the catalogue, with the status of the response that shows them', () => {
    let shown = 0
    for (const { path, responses } of operations) {
      for (const [status, response] of Object.entries(responses)) {
        const { content } = '$ref' in response ? getResponse(response.$ref) : response
        for (const [code, shownAs] of Object.entries(
          content?.['application/json']?.examples ?? {},
        )) {
          const example = '$ref' in shownAs ? getExample(shownAs.$ref) : shownAs
          const entry = Object.entries(errorCatalogue).find(([name]) => name === code)
          expect(entry, `${path} ${status} ${code}`).toBeDefined()
          expect(entry?.[1].status).toBe(Number(status))
          expect(example.value).toMatchObject({
            error: { code, message: expect.not.stringMatching(/\{\w+\}|…/) },
          })
          shown++
        }
      }
    }
    expect(shown).toBeGreaterThan(1000)
  })
})

describe('R-120, R-121', () => {
  test('what is never returned is not described; personal information is marked', () => {
    expect(document.components.schemas['PreauthorizedDebit']?.properties).not.toHaveProperty(
      'AccountNo',
    )
    expect(document.components.schemas['Tenant']?.properties?.['LastName']).toEqual({
      type: 'string',
      description: 'Nom — **Renseignement personnel**',
      maxLength: 100,
      'x-primmo-personal': true,
    })
  })
})

describe('R-004, R-006', () => {
  test('a row is shown with decimals at their scale, a code with the labels of its members', () => {
    const tenant = document.paths['/api/Tenants({Id})']?.get
    expect(tenant?.description).toContain('"TenantNo": 1.0,')
    expect(document.components.schemas['Unit']?.properties?.['OccupancyStatus']).toMatchObject({
      enum: ['V', 'L', 'N', 'A'],
      description: expect.stringContaining('`V` Vacan'),
    })
  })
})

describe('D5, D8 Webhooks', () => {
  const subscribe = document.paths['/api/subscribe']?.post
  const notification =
    subscribe?.callbacks?.['notification']?.['{$request.body#/ResponseUrl}']?.post

  test('every entity that can be followed is listed with its label, and no other', () => {
    const listed = [...(subscribe?.description ?? '').matchAll(/^\| `(\w+)` \| ([^|(]+)/gm)].map(
      ([, name, label = '']) => [name, label.trim()],
    )
    const types = model.entityTypes.filter(({ webhook }) => webhook.subscribable)
    expect(types.length).toBe(23)
    expect(listed).toEqual(
      types.map(({ name, fr }) => [name, fr]).toSorted(([a = ''], [b = '']) => (a < b ? -1 : 1)),
    )
    expect(subscribe?.description).toContain(
      '| `TenantParking` | Location de stationnement | `tenantId`, `parkingId` |',
    )
    expect(subscribe?.description).toContain('| `Unit` | Unité | `null` |')
  })

  test('an entity of an optional module says so', () => {
    expect(subscribe?.description).toContain(
      '| `Prospect` | Prospect (module facultatif : Prospection (CRM)) | `null` |',
    )
  })

  test('the notification has the five members in their order, each explained', () => {
    const { properties = {}, required } = document.components.schemas['Notification'] ?? {}
    expect(Object.keys(properties)).toEqual([
      'Id',
      'Entity',
      'Status',
      'DatabaseName',
      'AdditionalInformationJson',
    ])
    expect(required).toEqual(Object.keys(properties))
    for (const member of Object.values(properties)) expect(member).toHaveProperty('description')
    const [example] = Object.values(
      notification?.requestBody?.content['application/json']?.examples ?? {},
    )
    expect(JSON.stringify(example !== undefined && 'value' in example && example.value)).toBe(
      String.raw`{"Id":1472,"Entity":"TenantParking","Status":2,"DatabaseName":"DEV/ALEX","AdditionalInformationJson":"{\"tenantId\": 7535, \"parkingId\": 1445}"}`,
    )
  })

  test('it tells the attempts as the settings have them, and which answers mean what', () => {
    expect(notification?.description).toContain(
      '10 envois en tout : aussitôt, puis après 5 s, 5 min, 30 min, 2 h, 5 h, 10 h, 14 h, 20 h et 24 h, à ±20 %.',
    )
    expect(Object.keys(notification?.responses ?? {})).toEqual(['200', '410', 'default'])
    const once = buildOpenApi(model, {
      lang: 'en',
      version: '1',
      serverUrl: '/',
      rules: writeRules,
      delivery: { ...delivery, retryDelaysMs: [] },
    })
    expect(JSON.stringify(once.paths['/api/subscribe'])).toContain('There is one attempt only.')
  })
})
