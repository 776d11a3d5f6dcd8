/** Tags over time: the tag of a row and its visible state change together, whoever made the change. */

import fc from 'fast-check'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { model } from '../../src/model/model.ts'
import { type Answer, startTestApp, type TestApp } from '../support/test-app.ts'

let app: TestApp

beforeAll(async () => {
  app = await startTestApp()
})

afterAll(() => app.close())

describe('R-017 the tag changes if and only if a visible change happened', () => {
  const values = fc.record({
    Name: fc.constantFrom('A', 'B', 'C'),
    City: fc.constantFrom('Québec', 'Lévis'),
    Floors: fc.constantFrom('1', '2', null),
  })

  test('over any sequence of writes, read by tag and by body', async () => {
    const id = 630
    const read = (): Promise<Answer> => app.ask(`/api/Buildings(${id})`)
    await fc.assert(
      fc.asyncProperty(fc.array(values, { minLength: 1, maxLength: 6 }), async (writes) => {
        const seen = new Map<string, string>()
        let before = await read()
        for (const { Name, City, Floors } of writes) {
          await app.sql(
            'update buildings set name = $2, city = $3, number_of_floors = $4 where account_id = 1 and id = $1',
            [id, Name, City, Floors],
          )
          const known = await app.ask(`/api/Buildings(${id})`, {
            headers: { 'if-none-match': String(before.headers.etag) },
          })
          const after = await read()
          const changed = visible(after) !== visible(before)
          expect(known.status).toBe(changed ? 200 : 304)
          expect(after.headers.etag !== before.headers.etag).toBe(changed)
          // A tag never comes back for another state.
          const tag = String(after.headers.etag)
          expect(seen.get(tag) ?? visible(after)).toBe(visible(after))
          seen.set(tag, visible(after))
          before = after
        }
      }),
      { numRuns: 25 },
    )
  })
})

describe('Protocol 4.01 §8.2.4 If-Match keeps one writer from overwriting another', () => {
  const set = '/api/TenantContacts'
  const json = { 'content-type': 'application/json' }

  const create = async (): Promise<Answer> =>
    app.ask(set, {
      method: 'POST',
      headers: json,
      body: JSON.stringify({ TenantId: 9101, LastName: 'Bolduc', FirstName: 'Anne', Priority: 2 }),
    })
  const patch = (path: string, changes: object, ifMatch: string): Promise<Answer> =>
    app.ask(path, {
      method: 'PATCH',
      headers: { ...json, 'if-match': ifMatch, prefer: 'return=representation' },
      body: JSON.stringify(changes),
    })

  test('over any sequence of changes by tags of any age: the current tag writes, no other does', async () => {
    const created = await create()
    const { Id } = created.json as { Id: number }
    const path = `${set}(${Id})`
    const step = fc.record({
      FirstName: fc.constantFrom('Anne', 'Zoé'),
      Priority: fc.constantFrom(1, 2, 3),
      /** How many states ago its tag was read. */
      age: fc.nat(2),
    })
    const tags = [String(created.headers.etag)]
    await fc.assert(
      fc.asyncProperty(fc.array(step, { minLength: 1, maxLength: 6 }), async (steps) => {
        for (const { age, ...changes } of steps) {
          const before = await app.ask(path)
          const tag = tags[Math.max(0, tags.length - 1 - age)] ?? ''
          const answer = await patch(path, changes, tag)
          const after = await app.ask(path)
          if (tag === before.headers.etag) {
            expect([answer.status, answer.text]).toEqual([200, after.text])
            expect(answer.headers.etag).toBe(after.headers.etag)
            const differs = visible(before) !== visible(after)
            expect(before.headers.etag !== after.headers.etag).toBe(differs)
            if (differs) tags.push(String(after.headers.etag))
          } else {
            expect(answer.status).toBe(412)
            expect([after.text, after.headers.etag]).toEqual([before.text, before.headers.etag])
          }
        }
      }),
      { numRuns: 20 },
    )
  })

  test('of ten writers who read the same state, one writes', async () => {
    const created = await create()
    const { Id } = created.json as { Id: number }
    const answers = await Promise.all(
      Array.from({ length: 10 }, (_, writer) =>
        patch(`${set}(${Id})`, { FirstName: `Anne ${writer}` }, String(created.headers.etag)),
      ),
    )
    expect(answers.map(({ status }) => status).sort((a, b) => a - b)).toEqual([
      200,
      ...Array(9).fill(412),
    ])
  })
})

describe('R-017 and the calendar: what a day changes by itself has new tags, and nothing else', () => {
  interface Row extends Record<string, unknown> {
    readonly Id: number
  }

  /** `set/Id` → the tag and the rest of every row. */
  async function readAll(): Promise<ReadonlyMap<string, { tag: unknown; rest: string }>> {
    const all = new Map<string, { tag: unknown; rest: string }>()
    for (const { set } of model.entityTypes) {
      const answer = await app.ask(`/api/${set}`, {
        as: 'administrator',
        headers: { 'odata-maxversion': '4.01' },
      })
      expect([set, answer.status]).toEqual([set, 200])
      for (const { '@etag': tag, ModifiedDate, ...rest } of (answer.json as { value: Row[] })
        .value) {
        expect(tag).toBe(`W/"${String(ModifiedDate)}"`)
        all.set(`${set}/${rest.Id}`, { tag, rest: JSON.stringify(rest) })
      }
    }
    return all
  }

  test('over the first of July, on which most leases begin and end', async () => {
    await app.pinAccount(1, '2026-06-30T12:00:00Z')
    const before = await readAll()
    await app.pinAccount(1, '2026-07-01T12:00:00Z')
    const after = await readAll()
    expect([...after.keys()]).toEqual([...before.keys()])
    const changed = [...after].filter(([key, { rest }]) => rest !== before.get(key)?.rest)
    const tagged = [...after].filter(([key, { tag }]) => tag !== before.get(key)?.tag)
    expect(changed.length).toBeGreaterThan(10)
    expect(tagged.map(([key]) => key)).toEqual(changed.map(([key]) => key))
  })
})

/** What anyone can see, but for the date itself, which is the tag. */
function visible(answer: Answer): string {
  const { ModifiedDate, ...rest } = answer.json as Record<string, unknown>
  expect(`W/"${String(ModifiedDate)}"`).toBe(answer.headers.etag)
  return JSON.stringify(rest)
}
