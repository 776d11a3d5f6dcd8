import { describe, expect, test } from 'vitest'
import { model } from '../../model/model.ts'
import { chunksOf } from './chunks.ts'
import type { ImportRecord } from './import-record.ts'

async function lengthsOf(types: readonly string[], size: number): Promise<readonly number[]> {
  async function* records(): AsyncGenerator<ImportRecord> {
    for (const [index, name] of types.entries())
      yield {
        kind: 'record',
        file: 'a.ndjson',
        line: index + 1,
        type: model.getType(name),
        input: new Map(),
      }
  }
  const lengths: number[] = []
  for await (const chunk of chunksOf(records(), size)) lengths.push(chunk.length)
  return lengths
}

describe('chunks of a source', () => {
  test('begin with each type that comes', async () => {
    expect(await lengthsOf(['Unit', 'Unit', 'Unit', 'Tenant', 'Lease', 'Lease'], 2)).toEqual([
      2, 1, 1, 2,
    ])
  })

  test('are full when types take turns, as lines of JSON may', async () => {
    const turns = Array.from({ length: 100 }, () => ['Unit', 'Tenant', 'Lease']).flat()
    expect(await lengthsOf(turns, 100)).toEqual([1, 1, 100, 100, 98])
  })
})
