import fc from 'fast-check'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { startTestApp, type TestApp } from '../support/test-app.ts'
import { generate, type Values } from './apply-interpreter.ts'

let app: TestApp
let leases: readonly Values[]

beforeAll(async () => {
  app = await startTestApp()
  // Floors that are missing, and houses of more than one city.
  await app.sql('update units set floor = null where account_id = 1 and id % 5 = 0')
  const { json } = await app.ask(
    '/api/Leases?$select=Id,Status,LeaseType,IsRenewable,RentAmount,UnitId,EndDate&$expand=Unit($select=Floor,NumberOfRooms,HousingType;$expand=Building($select=City))',
  )
  leases = rowsOf(json).map(flatten)
})

afterAll(async () => {
  await app.close()
})

function rowsOf(json: unknown): readonly Values[] {
  // A list has this form (JSON Format 4.01 §12).
  return (json as { readonly value: readonly Values[] }).value
}

/** `{"Unit":{"Floor":1}}` as `{"Unit/Floor":1}`. */
function flatten(row: Values): Values {
  return Object.fromEntries(
    Object.entries(row).flatMap(([name, value]): readonly (readonly [string, unknown])[] =>
      typeof value === 'object' && value !== null
        ? Object.entries(flatten(value as Values)).map(([inner, one]) => [`${name}/${inner}`, one])
        : [[name, value]],
    ),
  )
}

/** Rows as texts, in one order, with numbers rounded to what both ways calculate alike. */
function comparable(rows: readonly Values[], properties: ReadonlySet<string>): readonly string[] {
  return rows
    .map((row) =>
      JSON.stringify(
        Object.entries(row)
          .filter(([name]) => properties.has(name))
          .map(([name, value]) => [
            name,
            typeof value === 'number' ? Math.round(value * 1e4) / 1e4 : value,
          ])
          .toSorted(([a = ''], [b = '']) => (String(a) < String(b) ? -1 : 1)),
      ),
    )
    .toSorted()
}

describe('Data Aggregation 4.0 §3: the statements against an interpreter of the standard', () => {
  test('any sequence of transformations gives the rows that the standard describes', async () => {
    expect(leases.length).toBeGreaterThan(300)
    await fc.assert(
      fc.asyncProperty(
        fc.array(fc.nat({ max: 999 }), { minLength: 4, maxLength: 40 }),
        async (tape) => {
          const { text, apply, shown } = generate(tape, leases)
          const select = shown === undefined ? '' : `&$select=${shown.join(',')}`
          const { status, json, text: body } = await app.ask(`/api/Leases?$apply=${text}${select}`)
          expect([text, status, body.slice(0, 300)]).toEqual([text, 200, body.slice(0, 300)])
          const expected = apply(leases)
          // Leases among other rows show all that they have; the interpreter knows some of it.
          const known = new Set([...Object.keys(leases[0] ?? {}), ...expected.flatMap(Object.keys)])
          const found = comparable(rowsOf(json).map(flatten), known)
          expect([text, ...found]).toEqual([text, ...comparable(expected, known)])
          const counted = await app.ask(`/api/Leases/$count?$apply=${text}`)
          expect([text, counted.text]).toEqual([text, String(expected.length)])
        },
      ),
      { numRuns: 60 },
    )
  })
})
