/**
 * API9: what is served is documented, and what is documented is served. Every set, address and method is tried by
 * both profiles; the answer tells whether the operation exists, whatever becomes of the request.
 */

import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { buildOpenApi } from '../../src/derive/openapi.ts'
import type { Method } from '../../src/derive/openapi-document.ts'
import { writeRules } from '../../src/domain/rules.ts'
import { errorCatalogue } from '../../src/errors/catalogue.ts'
import { model } from '../../src/model/model.ts'
import { ruleTitles } from '../../src/model/rule-titles.ts'
import { delivery } from '../support/delivery-policy.ts'
import { type ClientName, startTestApp, type TestApp } from '../support/test-app.ts'

const document = buildOpenApi(model, {
  lang: 'fr',
  version: '1',
  serverUrl: '/',
  rules: writeRules,
  delivery,
})

const methods: readonly Method[] = ['get', 'post', 'patch', 'put', 'delete']

/** Addresses below `/api` that the model can have, documented or not. */
const addresses = [
  ...model.entityTypes.flatMap(({ set }) => [`/api/${set}`, `/api/${set}({Id})`]),
  ...model.operations.map(
    ({ set, name, bindsTo }) => `/api/${set}${bindsTo === 'entity' ? '({Id})' : ''}/${name}`,
  ),
]

/** An integrator that has acquired every module, and the administrator. */
const profiles: readonly ClientName[] = ['revocable', 'administrator']

let app: TestApp

beforeAll(async () => {
  app = await startTestApp()
})

afterAll(() => app.close())

/** No row has this Id: what is served finds none, and what is not is refused before it looks. */
const NO_ROW = '2000000000'

async function isServed(method: Method, address: string, as: ClientName): Promise<boolean> {
  const { text } = await app.ask(address.replace('{Id}', NO_ROW), {
    as,
    method: method.toUpperCase(),
    headers: { 'content-type': 'application/json' },
    ...(method === 'get' || method === 'delete' ? {} : { body: '{}' }),
  })
  return !/"code":"(?:OPERATION_NOT_SUPPORTED|NOT_IMPLEMENTED|MODULE_NOT_LICENSED|ADMINISTRATOR_ONLY)"/.test(
    text,
  )
}

describe('API9 Inventory', () => {
  test.each(methods)('%s is documented where it is served, with who has it', async (method) => {
    const served: string[] = []
    for (const address of addresses) {
      const [integrator, administrator] = await Promise.all(
        profiles.map((as) => isServed(method, address, as)),
      )
      if (integrator === true && administrator !== true) served.push(`${address} integrators only`)
      else if (integrator === true) served.push(address)
      else if (administrator === true) served.push(`${address} administrator`)
    }
    const documented = addresses.flatMap((address) => {
      const operation = document.paths[address]?.[method]
      if (operation === undefined) return []
      const profile = operation['x-primmo-profile']
      return [profile === undefined ? address : `${address} ${profile}`]
    })
    expect(served.sort()).toEqual(documented.sort())
  })

  test('no other address below a set is documented', () => {
    const known = new Set([
      ...addresses,
      ...model.entityTypes.map(({ set }) => `/api/${set}/$count`),
    ])
    const others = Object.keys(document.paths).filter((path) => !known.has(path))
    expect(others.sort()).toEqual([
      '/api/',
      '/api/$async/{id}',
      '/api/$batch',
      '/api/$metadata',
      '/api/Documents({Id})/$value',
      '/api/Import',
      '/api/Me',
      '/api/Sandbox/Clock',
      '/api/Token',
      '/api/events',
      '/api/feed.pbids',
      '/api/subscribe',
      '/api/unsubscribe',
      '/health/live',
      '/health/ready',
    ])
  })
})

describe('R-007 Required fields', () => {
  test('are those that an empty body lacks, or may be given by a key', async () => {
    for (const { set, name } of model.entityTypes) {
      if (document.paths[`/api/${set}`]?.post === undefined) continue
      const answer = await app.ask(`/api/${set}`, {
        as: 'administrator',
        method: 'POST',
        headers: { 'content-type': 'application/json' },
        body: '{}',
      })
      const { properties = {}, required = [] } = document.components.schemas[`${name}Create`] ?? {}
      const byKey = Object.entries(properties)
        .filter(
          ([, field]) =>
            'description' in field && field.description?.includes("obligatoire : l'identifiant"),
        )
        .map(([field]) => field)
      expect([set, missedBy(answer.json)]).toEqual([set, [...required, ...byKey].sort()])
    }
  })

  function missedBy(body: unknown): readonly string[] {
    // The one error body; a single refusal has no details.
    const { error } = body as {
      error: { code: string; target: string; details?: { code: string; target: string }[] }
    }
    return (error.details ?? [error])
      .filter(({ code }) => code === 'REQUIRED_FIELD')
      .map(({ target }) => target)
      .sort()
  }
})

describe('What operations say of refusals', () => {
  const writes = Object.entries(document.paths).flatMap(([path, item]) =>
    methods
      .filter((method) => method !== 'get')
      .flatMap((method) => {
        const operation = item[method]
        return operation === undefined ? [] : [{ name: `${method} ${path}`, operation }]
      }),
  )

  test('each code stands in the catalogue, under its own status', () => {
    for (const { name, operation } of writes) {
      for (const [status, response] of Object.entries(operation.responses)) {
        const { description } =
          '$ref' in response
            ? (document.components.responses[response.$ref.split('/').at(-1) ?? ''] ?? {
                description: '',
              })
            : response
        for (const [, code = ''] of description.matchAll(/`([A-Z][A-Z0-9_]+)`/g)) {
          const entry = Object.entries(errorCatalogue).find(([known]) => known === code)
          expect([name, code, entry?.[1].status]).toEqual([name, code, Number(status)])
        }
      }
    }
  })

  test('each refusal of a rule is among the responses of what runs it', () => {
    for (const type of model.entityTypes) {
      const item = document.paths[`/api/${type.set}({Id})`]
      const create = document.paths[`/api/${type.set}`]?.post
      for (const { on, errors, number, overtaken } of writeRules.rulesOf(type.name)) {
        // What an import tells again concerns no request.
        if (overtaken !== undefined) continue
        if (number === 'R-003' && type.businessKey === undefined && type.unique === undefined)
          continue
        const ran = [
          ...(on.includes('create') ? [create] : []),
          ...(on.includes('update') ? [item?.patch, item?.put] : []),
          ...(on.includes('delete') ? [item?.delete] : []),
        ].filter((operation) => operation !== undefined)
        for (const operation of ran) {
          expect(operation['x-primmo-rules']).toContain(number)
          for (const code of errors)
            expect(JSON.stringify(operation.responses[errorCatalogue[code].status])).toContain(code)
        }
      }
    }
  })

  test('every rule that is named has a title', () => {
    const named = [
      ...model.entityTypes.flatMap(({ rules }) => rules),
      ...model.operations.map(({ rule }) => rule),
      ...writes.flatMap(({ operation }) => operation['x-primmo-rules'] ?? []),
    ]
    expect(named.filter((number) => ruleTitles[number] === undefined)).toEqual([])
  })
})
