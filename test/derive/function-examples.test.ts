/** The documented call of each bound function, made on the demonstration portfolio. */

import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { functionExamples } from '../../src/derive/function-examples.ts'
import { buildOpenApi } from '../../src/derive/openapi.ts'
import type { Parameter } from '../../src/derive/openapi-document.ts'
import { writeRules } from '../../src/domain/rules.ts'
import { model } from '../../src/model/model.ts'
import { delivery } from '../support/delivery-policy.ts'
import { startTestApp, type TestApp } from '../support/test-app.ts'

let app: TestApp

beforeAll(async () => {
  app = await startTestApp()
})

afterAll(async () => {
  await app.close()
})

const functions = model.operations.filter(({ kind }) => kind === 'function')
const document = buildOpenApi(model, {
  lang: 'fr',
  version: '1',
  serverUrl: '/',
  rules: writeRules,
  delivery,
})

describe('Documented functions', () => {
  test('are those that the model offers', () => {
    expect(Object.keys(functionExamples).sort()).toEqual(
      functions.map(({ set, name }) => `${set}/${name}`).sort(),
    )
  })

  test.each(functions.map(({ set, name }) => `${set}/${name}`))(
    '%s answers what its example says, in both ways of writing the call',
    async (path) => {
      const example = functionExamples[path]
      const [set = '', name = ''] = path.split('/')
      const key = example?.id === undefined ? '' : `(${example.id})`
      const given = Object.entries(example?.arguments ?? {}).map((pair) => pair.join('='))
      const byQuery = await app.ask(`/api/${set}${key}/${name}?${given.join('&')}`)
      const byFunction = await app.ask(`/api/${set}${key}/${name}(${given.join(',')})`)
      expect([byQuery.status, byFunction.text]).toEqual([200, byQuery.text])
      if (example?.answer !== undefined) expect(byQuery.json).toEqual(example.answer)
    },
  )

  test.each(functions.map(({ set, name, bindsTo }) => [set, name, bindsTo] as const))(
    '%s/%s answers each option that Swagger offers, as it is filled in',
    async (set, name, bindsTo) => {
      const path = bindsTo === 'entity' ? `/api/${set}({Id})/${name}` : `/api/${set}/${name}`
      const calls = documentedCalls(path)
      expect(calls.length).toBeGreaterThan(0)
      for (const call of calls) expect([call, (await app.ask(call)).status]).toEqual([call, 200])
    },
  )
})

/** Its path and required parameters filled in, and one of the optional ones at a time. */
function documentedCalls(path: string): readonly string[] {
  let address = path
  const required: string[] = []
  const optional: string[] = []
  for (const { name, in: place, example, examples = {} } of parametersOf(path)) {
    if (place === 'path') address = address.replace(`{${name}}`, textOf(example))
    else if (place === 'query' && example !== undefined) required.push(`${name}=${textOf(example)}`)
    else if (place === 'query')
      optional.push(
        ...Object.values(examples).flatMap(({ value }) =>
          value === '' ? [] : [`${name}=${textOf(value)}`],
        ),
      )
  }
  return optional.map((option) => `${address}?${[...required, option].join('&')}`)
}

function parametersOf(path: string): readonly Parameter[] {
  return (document.paths[path]?.get?.parameters ?? []).map((parameter) => {
    if (!('$ref' in parameter)) return parameter
    const shared = document.components.parameters[parameter.$ref.split('/').at(-1) ?? '']
    if (shared === undefined) throw new Error(`No parameter at ${parameter.$ref}`)
    return shared
  })
}

function textOf(value: unknown): string {
  return typeof value === 'string' ? value : JSON.stringify(value)
}
