/** What the export writes means the same to the import, whatever the values are. */

import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import fc from 'fast-check'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import type { EntityType, Property } from '../../model/entity-type.ts'
import { model } from '../../model/model.ts'
import { type InputValue, isInputNumber } from '../command/input.ts'
import { importableTypes } from '../import/files/importable-types.ts'
import { openImportSource } from '../import/files/open-source.ts'
import { csvForm } from './csv-form.ts'
import type { ExportForm } from './export-form.ts'
import { exportSetOf } from './export-set.ts'
import { ndjsonForm } from './ndjson-form.ts'

let folder: string

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'hapi-forms-'))
})

afterAll(() => rm(folder, { recursive: true, force: true }))

const forms: readonly (readonly [string, ExportForm])[] = [
  ['French CSV', csvForm('fr')],
  ['English CSV', csvForm('en')],
  ['NDJSON', ndjsonForm],
]

type Row = readonly (string | null)[]

/** What the import reads of the rows, as the texts that PostgreSQL would write. */
async function readBack(form: ExportForm, type: EntityType, rows: readonly Row[]): Promise<Row[]> {
  const { columns } = exportSetOf(type)
  const lines = rows.map(form.lineOf(columns))
  const path = join(folder, `${type.set}.${form.extension}`)
  await writeFile(path, form.head(type, columns) + lines.join(''))
  const read: Row[] = []
  for await (const item of (await openImportSource(path)).items()) {
    if (item.kind === 'fault') throw item.error
    const { input, label } = item
    read.push(
      columns.map(({ name }) => (name === 'Id' ? (label ?? null) : textOf(input.get(name)))),
    )
  }
  return read
}

function textOf(value: InputValue | undefined): string | null {
  if (value === undefined || value === null) return null
  if (typeof value === 'string') return value
  return typeof value === 'object' && isInputNumber(value) ? value.text : JSON.stringify(value)
}

/** Whatever a row may hold: what spreadsheets run, what separates cells, what looks like nothing. */
const text = fc.oneof(
  fc.constantFrom(
    '',
    "'",
    "'=1",
    "''+x",
    '=1+1',
    '+1 418 555-0101',
    '-',
    '@a',
    '\t',
    ';',
    ',',
    '"',
    '""',
    ' a ',
    'a\r\nb',
    '\n',
    'null',
    'é😀',
  ),
  fc.string({ unit: 'grapheme', maxLength: 12 }),
)

function valueOf(property: Property): fc.Arbitrary<string> {
  switch (property.type) {
    case 'Edm.String':
      // Codes are never empty.
      if (property.code === true) return fc.constantFrom('A', '12B', '-1')
      // Databases hold no NUL, and files are read as text.
      return text.filter((value) => !/[\0\ufeff]/.test(value))
    case 'Edm.Decimal':
      return fc.integer({ min: -99_999, max: 99_999 }).map((cents) => (cents / 100).toFixed(2))
    case 'Edm.Boolean':
      return fc.boolean().map(String)
    case 'Edm.Date':
      return fc.constantFrom('0001-01-01', '2026-07-01', '2026-12-31')
    case 'Edm.DateTimeOffset':
      return fc.constantFrom('2026-06-15T04:05:00Z', '2026-06-15T04:05:00.125Z')
    case 'Edm.Int32':
    case 'Edm.Int64':
      return fc.integer({ min: -1000, max: 100_000 }).map(String)
  }
}

describe.each(forms)('%s', (_, form) => {
  const units = model.findBySet('Units') ?? expect.unreachable()
  const { columns } = exportSetOf(units)
  const row = (id: number): fc.Arbitrary<Row> =>
    fc.tuple(
      ...columns.map((property) =>
        property.name === 'Id'
          ? fc.constant(String(id))
          : property.nullable
            ? fc.option(valueOf(property), { freq: 3 })
            : valueOf(property),
      ),
    )

  test('gives back every value: formulas, separators, an empty text and none', async () => {
    await fc.assert(
      fc.asyncProperty(fc.tuple(row(1), row(2), row(3)), async (rows) => {
        expect(await readBack(form, units, rows)).toEqual(rows)
      }),
      { numRuns: 20 },
    )
  })

  test.each(importableTypes.map(({ set }) => set))(
    '%s: every column has a header that is read',
    async (set) => {
      const type = model.findBySet(set) ?? expect.unreachable()
      const values = exportSetOf(type).columns.map((property) =>
        property.name === 'Id' ? '7' : sampleOf(property),
      )
      expect(await readBack(form, type, [values])).toEqual([values])
    },
  )
})

function sampleOf({ type }: Property): string {
  const samples: Readonly<Record<Property['type'], string>> = {
    'Edm.Boolean': 'false',
    'Edm.Date': '2026-07-01',
    'Edm.DateTimeOffset': '2026-06-15T04:05:00Z',
    'Edm.Decimal': '-1.50',
    'Edm.Int32': '12',
    'Edm.Int64': '12',
    'Edm.String': 'A',
  }
  return samples[type]
}
