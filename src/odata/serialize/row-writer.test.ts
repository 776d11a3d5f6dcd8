import { describe, expect, test } from 'vitest'
import type { ObjectPlan } from '../plan/query-plan.ts'
import { ByteBuffer } from './byte-buffer.ts'
import type { RowFormat } from './row-instructions.ts'
import { RowWriter } from './row-writer.ts'

const FORMAT: RowFormat = {
  ieee754Compatible: false,
  annotationPrefix: '@odata.',
  legacyPadding: false,
  omitsNulls: false,
}

/** A DataRow message's body as PostgreSQL sends it. */
function rowMessage(...values: readonly (string | null)[]): Buffer {
  const parts = values.map((value) => {
    const length = Buffer.alloc(4)
    length.writeInt32BE(value === null ? -1 : Buffer.byteLength(value))
    return Buffer.concat([length, Buffer.from(value ?? '')])
  })
  const count = Buffer.alloc(2)
  count.writeInt16BE(values.length)
  return Buffer.concat([count, ...parts])
}

function write(
  object: ObjectPlan,
  values: readonly (string | null)[],
  format = FORMAT,
): { readonly text: string; readonly marks: readonly number[] } {
  const writer = new RowWriter(
    object,
    { columns: values.length, leading: 0, opened: false },
    format,
  )
  const out = new ByteBuffer(16)
  const marks: number[] = []
  const message = rowMessage(...values)
  writer.read(message, 0)
  writer.write(message, out, marks)
  return { text: out.view().toString(), marks }
}

describe('JSON Format 4.01 §7 values', () => {
  const object: ObjectPlan = {
    members: [
      { kind: 'property', name: 'Id', column: 0, format: 'number' },
      { kind: 'property', name: 'NumberOfRooms', column: 1, format: 'exactNumber' },
      { kind: 'property', name: 'IsActive', column: 2, format: 'boolean' },
      { kind: 'property', name: 'StartDate', column: 3, format: 'plainText' },
      { kind: 'property', name: 'ModifiedDate', column: 4, format: 'instant' },
      { kind: 'property', name: 'Name', column: 5, format: 'text' },
      { kind: 'property', name: 'Features', column: 6, format: 'json' },
    ],
  }
  const row = ['7', '4.5', 't', '2026-07-01', '2026-01-05 14:00:00.125+00', 'Les Érables', '[1,2]']

  test('each type is written as JSON, decimals with their scale', () => {
    expect(write(object, row).text).toBe(
      '{"Id":7,"NumberOfRooms":4.5,"IsActive":true,"StartDate":"2026-07-01","ModifiedDate":"2026-01-05T14:00:00.125Z","Name":"Les Érables","Features":[1,2]}',
    )
  })

  test('a null of any type is null', () => {
    const text = write(
      object,
      row.map(() => null),
    ).text
    expect(Object.values(JSON.parse(text))).toEqual(row.map(() => null))
  })

  test('IEEE754Compatible puts decimals in quotes, and small integers not', () => {
    const { text } = write(object, row, { ...FORMAT, ieee754Compatible: true })
    expect(JSON.parse(text)).toMatchObject({ Id: 7, NumberOfRooms: '4.5' })
  })

  test('every character that JSON must escape comes back as it was', () => {
    const name = `"\\/\b\f\n\r\t\u0001\u001f\u007f é 😀 ${'x'.repeat(100)}`
    const { text } = write(
      { members: [{ kind: 'property', name: 'Name', column: 0, format: 'text' }] },
      [name],
    )
    expect(JSON.parse(text)).toEqual({ Name: name })
  })
})

describe('Expanded properties', () => {
  const related: ObjectPlan = {
    members: [
      {
        kind: 'one',
        name: 'Building',
        keyColumn: 0,
        object: {
          members: [
            { kind: 'many', name: 'Units', keyColumn: 0, related: 0 },
            { kind: 'property', name: 'Id', column: 0, format: 'number' },
          ],
        },
      },
      { kind: 'count', name: 'Leases', column: 1 },
      { kind: 'many', name: 'Leases', keyColumn: 2, related: 1 },
      { kind: 'property', name: 'Id', column: 2, format: 'number' },
    ],
  }

  test('a mark stands where the related rows of each collection belong', () => {
    const { text, marks } = write(related, ['630', '2', '9'])
    expect(text).toBe(
      '{"Building":{"Units":[],"Id":630},"Leases@odata.count":2,"Leases":[],"Id":9}',
    )
    expect(marks.map((mark) => text.slice(0, mark).slice(-1) + text[mark])).toEqual(['[]', '[]'])
  })

  test('a missing related entity is null, and the collections inside it still have their marks', () => {
    const { text, marks } = write(related, [null, '0', '9'])
    expect(text).toBe('{"Building":null,"Leases@odata.count":0,"Leases":[],"Id":9}')
    expect(marks).toHaveLength(2)
  })
})

describe('R-001 legacy padding', () => {
  const padded = (side: 'left' | 'right', width: number): ObjectPlan => ({
    members: [
      { kind: 'property', name: 'A', column: 0, format: 'text', padding: { side, width } },
      { kind: 'property', name: 'B', column: 1, format: 'text' },
    ],
  })
  const write2 = (object: ObjectPlan, value: string | null, legacyPadding = true): unknown =>
    JSON.parse(write(object, [value, 'b'], { ...FORMAT, legacyPadding }).text)

  test('fills up to the width on its side, counted in characters', () => {
    for (const value of ['', 'a', 'É', '"\\', '😀é', '\n', 'abcd', 'abcde', 'ÉÉÉÉÉ']) {
      const blanks = ' '.repeat(Math.max(0, 4 - Array.from(value).length))
      expect(write2(padded('right', 4), value)).toEqual({ A: value + blanks, B: 'b' })
      expect(write2(padded('left', 4), value)).toEqual({ A: blanks + value, B: 'b' })
    }
  })

  test('leaves null, and everything for whoever does not ask', () => {
    expect(write2(padded('left', 4), null)).toEqual({ A: null, B: 'b' })
    expect(write2(padded('left', 4), 'a', false)).toEqual({ A: 'a', B: 'b' })
  })

  test('finds room for a width far beyond the text', () => {
    expect(write2(padded('left', 5_000), 'a')).toEqual({ A: `${' '.repeat(4_999)}a`, B: 'b' })
  })
})

describe('Protocol 4.01 §8.2.8.7 omit-values', () => {
  const value = (name: string, column: number): ObjectPlan['members'][number] => ({
    kind: 'property',
    name,
    column,
    format: 'number',
    typeName: 'Edm.Int32',
  })
  const object: ObjectPlan = {
    members: [
      value('A', 0),
      { kind: 'count', name: 'Units', column: 1 },
      { kind: 'many', name: 'Units', keyColumn: 1, related: 0 },
      {
        kind: 'one',
        name: 'Building',
        keyColumn: 2,
        object: {
          members: [value('B', 3), { kind: 'many', name: 'Leases', keyColumn: 2, related: 1 }],
        },
      },
      value('C', 4),
    ],
  }

  test.each<[readonly (string | null)[], string, number]>([
    [['1', '2', '3', '4', '5'], 'A C Units Building/B Building/Leases', 2],
    [[null, '2', null, null, null], 'Units', 2],
    [['1', '0', '3', null, null], 'A Units Building/Leases', 2],
  ])('%j: commas stand between what is there, and marks stay two', (values, names, count) => {
    const { text, marks } = write(object, values, { ...FORMAT, omitsNulls: true })
    const found: string[] = []
    JSON.parse(text, function (this: unknown, name, member: unknown) {
      if (/^\w+$/.test(name) && !['0', 'Building'].includes(name))
        found.push(name === 'B' || name === 'Leases' ? `Building/${name}` : name)
      return member
    })
    expect(found.sort()).toEqual(names.split(' ').sort())
    expect(marks).toHaveLength(count)
  })
})
