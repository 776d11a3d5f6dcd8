/** Meter readings over HTTP, on unit 9501: 47 030.000 on 2026-04-30, 48 210.000 on 2026-05-31. */

import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { startTestApp, type TestApp } from '../support/test-app.ts'
import { lastEvents, outcomeOf, outcomes, refusal, rowOf, write } from '../support/writing.ts'

let app: TestApp

beforeAll(async () => {
  app = await startTestApp()
})

afterAll(() => app.close())

const read = (ReadingDate: string, Reading: number, given: object = {}) =>
  write(app, 'POST', '/api/MeterReadings', {
    UnitId: 9501,
    MeterNo: 'HQ-778201',
    UtilityType: 'E',
    ReadingDate,
    Reading,
    ...given,
  })

/** `date reading consumption` of each, in date order. */
async function readings(unitId = 9501, meterNo = 'HQ-778201'): Promise<readonly string[]> {
  const rows = await app.rows<{ ReadingDate: string; Reading: number; Consumption: number | null }>(
    `/api/MeterReadings?$filter=UnitId eq ${unitId} and MeterNo eq '${meterNo}'&$orderby=ReadingDate`,
  )
  return rows.map((row) => `${row.ReadingDate} ${row.Reading} ${row.Consumption}`)
}

describe('R-048 Meter readings', () => {
  test('example 1: 47 030.000 then 48 210.000, consumption 1 180.000', async () => {
    expect(await readings()).toEqual(['2026-04-30 47030 null', '2026-05-31 48210 1180'])
    const keys = {
      UnitId: undefined,
      CompanyNo: 5,
      DivisionNo: 1,
      BuildingCode: 'boreal100',
      UnitCode: 'c01',
    }
    const first = await read('2026-04-30', 47_030, { ...keys, MeterNo: 'HQ-2' })
    expect(first.status).toBe(201)
    expect(rowOf(first)).toMatchObject({ UnitId: 9501, Consumption: null, IsEstimated: false })
    const second = await read('2026-05-31', 48_210, { MeterNo: 'HQ-2' })
    expect(second.text).toContain('"Consumption":1180.000')
  })

  test('example 2: 48 000.000 on 2026-06-14 is less than before', async () => {
    expect(refusal(await read('2026-06-14', 48_000), 409)).toEqual([
      'READING_DECREASING',
      'Reading',
      'La lecture doit être comprise entre 48210.000 et ….',
    ])
  })

  test('a reading between two others lies between them, and the next one counts from it', async () => {
    const refused = 'La lecture doit être comprise entre 47030.000 et 48210.000.'
    expect(refusal(await read('2026-05-15', 47_029.999), 409)[2]).toBe(refused)
    expect(refusal(await read('2026-05-15', 48_210.001), 409)[2]).toBe(refused)
    const { Id } = rowOf(await read('2026-05-15', 47_630.5, { IsEstimated: true }))
    expect(await lastEvents(app)).toEqual(['MeterReading 401 1', `MeterReading ${Id} 3`])
    expect(await readings()).toEqual([
      '2026-04-30 47030 null',
      '2026-05-15 47630.5 600.5',
      '2026-05-31 48210 579.5',
    ])
  })

  test('one before the first becomes the first; what was not consumed is nothing', async () => {
    expect(refusal(await read('2026-03-31', 47_031), 409)[2]).toBe(
      'La lecture doit être comprise entre 0.000 et 47030.000.',
    )
    rowOf(await read('2026-03-31', 47_030))
    rowOf(await read('2026-06-10', 48_210))
    expect(await readings()).toEqual([
      '2026-03-31 47030 null',
      '2026-04-30 47030 0',
      '2026-05-15 47630.5 600.5',
      '2026-05-31 48210 579.5',
      '2026-06-10 48210 0',
    ])
  })

  test('another meter of the unit, and the same number in another unit, are other meters', async () => {
    rowOf(await read('2026-06-14', 12, { MeterNo: 'EAU-1', UtilityType: 'F' }))
    rowOf(await read('2026-06-14', 3, { UnitId: 9001 }))
    expect(await readings(9001)).toEqual(['2026-06-14 3 null'])
  })

  test('one reading for each day, and readings stay', async () => {
    expect(refusal(await read('2026-05-31', 48_210), 409)).toEqual([
      'DUPLICATE_KEY',
      'ReadingDate',
      'Un enregistrement MeterReading existe déjà avec la clé 9501 HQ-778201 2026-05-31.',
    ])
    expect(outcomeOf(await write(app, 'PATCH', '/api/MeterReadings(401)', { Reading: 1 }))).toBe(
      '405 OPERATION_NOT_SUPPORTED',
    )
  })

  test('50 readings at once, of 50 days and in any order: each counts from the one before', async () => {
    const days = Array.from({ length: 50 }, (_, index) => (index * 17) % 50)
    const answers = await Promise.all(
      days.map((day) =>
        read(new Date(Date.UTC(2026, 0, 1 + day)).toISOString().slice(0, 10), 100 + day, {
          MeterNo: 'GAZ-1',
          UtilityType: 'G',
        }),
      ),
    )
    expect(outcomes(answers)).toEqual({ '201': 50 })
    const rows = await readings(9501, 'GAZ-1')
    expect(rows.map((row) => row.split(' ').at(-1))).toEqual(['null', ...Array(49).fill('1')])
  })

  test('50 readings of one day: one is kept', async () => {
    const answers = await Promise.all(Array.from({ length: 50 }, () => read('2026-06-14', 48_300)))
    expect(outcomes(answers)).toEqual({ '201': 1, '409 DUPLICATE_KEY': 49 })
  })
})
