/** The bodies that the documentation shows, sent to the demonstration portfolio as they are. */

import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { buildOpenApi } from '../../src/derive/openapi.ts'
import type { Method, Operation, Schema } from '../../src/derive/openapi-document.ts'
import { actionExamples, writeExamples } from '../../src/derive/write-examples.ts'
import { writeRules } from '../../src/domain/rules.ts'
import { entityTypes, model } from '../../src/model/model.ts'
import { delivery } from '../support/delivery-policy.ts'
import { type Answer, startTestApp, type TestApp } from '../support/test-app.ts'
import { storeEndpoint } from '../webhooks/stored-webhooks.ts'

const document = buildOpenApi(model, {
  lang: 'fr',
  version: '1',
  serverUrl: '/',
  rules: writeRules,
  delivery,
})

interface DocumentedWrite {
  readonly name: string
  readonly path: string
  readonly method: Method
  readonly operation: Operation
}

const writingMethods = ['post', 'patch', 'put', 'delete'] as const

/** In the order of the model; of a set: creation, change, replacement, deletion, actions. */
const writes: readonly DocumentedWrite[] = Object.entries(document.paths)
  .filter(([path]) => entityTypes.some(({ set }) => path.startsWith(`/api/${set}`)))
  // A content is no body with an example: `test/documents/` sends some.
  .filter(([path]) => !path.endsWith('/$value'))
  .flatMap(([path, item]) =>
    writingMethods.flatMap((method) => {
      const operation = item[method]
      return operation === undefined
        ? []
        : [{ name: `${method.toUpperCase()} ${path}`, path, method, operation }]
    }),
  )

let app: TestApp

beforeAll(async () => {
  app = await startTestApp()
  // The demonstration has none: one to act on, and one to delete.
  const endpointId = await storeEndpoint(app, 'integrator')
  await storeEndpoint(app, 'integrator')
  await app.sql("select webhooks.queue_test(1, $1, 'Unit')", [endpointId])
})

afterAll(() => app.close())

async function send({ path, method, operation }: DocumentedWrite): Promise<Answer> {
  const key = operation.parameters?.find((each) => 'name' in each && each.name === 'Id')
  const id = key !== undefined && 'example' in key ? JSON.stringify(key.example) : ''
  const example = operation.requestBody?.content['application/json']?.example
  return app.ask(path.replace('{Id}', id), {
    as: operation['x-primmo-profile'] === 'administrator' ? 'administrator' : 'integrator',
    method: method.toUpperCase(),
    ...(example === undefined ? {} : { body: JSON.stringify(example) }),
    headers: { 'content-type': 'application/json', prefer: 'return=representation' },
  })
}

const statuses: Readonly<Record<Method, number>> = {
  get: 200,
  post: 201,
  patch: 200,
  put: 200,
  delete: 204,
}

function isAction({ path }: DocumentedWrite): boolean {
  return model.operations.some(({ kind, name }) => kind === 'action' && path.endsWith(`/${name}`))
}

/** Answers a value of a complex type, which has no tag. */
function isValue({ path }: DocumentedWrite): boolean {
  const action = model.operations.find(({ set, name }) => path === `/api/${set}({Id})/${name}`)
  return action !== undefined && model.findComplexType(action.returns) !== undefined
}

describe('Documented writes', () => {
  test('each has an example, and no example is of another', () => {
    const missing = writes.filter(
      ({ method, operation }) =>
        method !== 'delete' &&
        operation.requestBody?.content['application/json']?.example === undefined,
    )
    expect(missing.map(({ name }) => name)).toEqual([])
    const sets = writes
      .filter((write) => !isAction(write))
      .map(({ path }) => path.split(/[/(]/)[2] ?? '')
    expect(Object.keys(writeExamples).sort()).toEqual([...new Set(sets)].sort())
    expect(Object.keys(actionExamples).sort()).toEqual(
      model.operations
        .filter(({ kind }) => kind === 'action')
        .map(({ set, name }) => `${set}/${name}`)
        .sort(),
    )
  })

  test.each(writes)('$name succeeds as it is documented', async (write) => {
    const answer = await send(write)
    const expected = isAction(write) ? 200 : statuses[write.method]
    expect([write.name, answer.status, answer.text]).toEqual([write.name, expected, answer.text])
    expect(write.operation.responses).toHaveProperty(String(expected))
    if (write.method === 'delete') return
    expect(answer.headers.etag ?? '').toMatch(isValue(write) ? /^$/ : /^W\//)
    if (expected === 201) {
      const { Id } = answer.json as { Id: number }
      expect(answer.headers.location).toBe(`${app.baseUrl}${write.path}(${Id})`)
    }
    expect(differences(answer.json, schemaOf(write, expected))).toEqual([])
  })
})

/** Schema of the body of an answer with this status. */
function schemaOf({ operation, name }: DocumentedWrite, status: number): Schema {
  const response = operation.responses[status]
  const content = response !== undefined && 'content' in response ? response.content : undefined
  const schema = content?.['application/json']?.schema
  if (schema === undefined || !('$ref' in schema)) throw new Error(`${name} answers no entity`)
  const found = document.components.schemas[schema.$ref.split('/').at(-1) ?? '']
  if (found === undefined) throw new Error(`No schema at ${schema.$ref}`)
  return found
}

/** What in the row is not as its schema says. */
function differences(row: unknown, { properties = {} }: Schema): readonly string[] {
  const members = Object.entries(row as Record<string, unknown>).filter(
    ([name]) => !name.startsWith('@'),
  )
  const missing = Object.keys(properties).filter((name) => !members.some(([each]) => each === name))
  const wrong = members
    .filter(([name, value]) => {
      const schema = properties[name]
      return schema === undefined || '$ref' in schema || !isOf(value, schema)
    })
    .map(([name, value]) => `${name}: ${JSON.stringify(value)}`)
  return [...missing, ...wrong]
}

function isOf(value: unknown, schema: Schema): boolean {
  if (value === null) return schema.nullable === true
  if (schema.enum !== undefined && !schema.enum.some((code) => code === value)) return false
  if (schema.type === undefined) return schema.oneOf?.some((each) => isOf(value, each)) ?? false
  switch (schema.type) {
    case 'integer':
      return Number.isInteger(value)
    case 'string':
      return typeof value === 'string' && value.length <= (schema.maxLength ?? Infinity)
    case 'number':
    case 'boolean':
      return typeof value === schema.type
    case 'array':
      return Array.isArray(value)
    case 'object':
      return typeof value === 'object'
  }
}
