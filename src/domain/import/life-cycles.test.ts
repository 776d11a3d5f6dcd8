import { describe, expect, test } from 'vitest'
import { model } from '../../model/model.ts'
import type { ImportItem, ImportStep } from './import-record.ts'
import { RowsOnTheirWay } from './life-cycles.ts'

function row(set: string, cells: Readonly<Record<string, string>>, line: number): ImportItem {
  const type = model.findBySet(set) ?? expect.unreachable()
  return { kind: 'record', file: `${set}.csv`, line, type, input: new Map(Object.entries(cells)) }
}

async function* each<T>(items: readonly T[]): AsyncGenerator<T> {
  yield* items
}

describe('Rows on their way', () => {
  const items = [
    row('Visits', { Status: 'F' }, 2),
    row('Visits', { Status: 'C' }, 3),
    row('RentalApplications', { Status: 'b ' }, 2),
    row('ServiceCalls', { Status: 'F', Title: 'Fuite' }, 2),
    row('ServiceCalls', { Status: 'P' }, 3),
    row('ServiceCalls', { Status: '?' }, 4),
    row('ServiceCallDetails', { Description: 'Robinet' }, 2),
  ]

  test('are entered without their state, which comes behind what belongs to them', async () => {
    const onTheirWay = new RowsOnTheirWay()
    for (const item of items) onTheirWay.notice(item)
    expect(onTheirWay.size).toBe(3)
    const steps: string[] = []
    for await (const step of onTheirWay.steps(each<ImportStep>(items), () => each(items))) {
      if (step.kind === 'fault') throw step.error
      const said = [...step.input]
        .map(([name, value]) => `${name}=${JSON.stringify(value)}`)
        .join(' ')
      steps.push(`${step.kind} ${step.file}:${step.line} ${said}`.trim())
    }
    expect(steps).toEqual([
      'record Visits.csv:2',
      'sequel Visits.csv:2 Status="F"',
      'record Visits.csv:3 Status="C"',
      'record RentalApplications.csv:2',
      'sequel RentalApplications.csv:2 Status="b "',
      'record ServiceCalls.csv:2 Title="Fuite"',
      'record ServiceCalls.csv:3 Status="P"',
      'record ServiceCalls.csv:4 Status="?"',
      'record ServiceCallDetails.csv:2 Description="Robinet"',
      'sequel ServiceCalls.csv:2 Status="F"',
    ])
  })
})
