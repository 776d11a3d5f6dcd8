/** Characteristics that buildings and units are given. */

import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { startTestApp, type TestApp } from '../support/test-app.ts'
import { expectRefusal, lastEvents, rowOf, write } from '../support/writing.ts'

let app: TestApp

beforeAll(async () => {
  app = await startTestApp()
  // The catalogue of the demo has no characteristic whose value is a number.
  await app.sql(
    `insert into characteristics (account_id, id, characteristic_code, name_fr, name_en, scope, category, value_type)
     values (1, 17, 'BALCONS', 'Balcons', 'Balconies', 'U', 'CO', 'N')`,
  )
})

afterAll(() => app.close())

const ofUnits = '/api/UnitCharacteristics'
const ofBuildings = '/api/BuildingCharacteristics'

describe('R-027 Characteristics of a unit and of a building', () => {
  test('a characteristic of a unit is read by those who look for one; R-014: its event names both sides', async () => {
    const made = rowOf(
      await write(app, 'POST', ofUnits, { UnitId: 9003, CharacteristicId: 12, Value: 'true' }),
    )
    expect(made).toMatchObject({ UnitCode: '103', BuildingCode: '900DEMO', CompanyNo: 3 })
    const info = '{"unitId": 9003, "characteristicId": 12}'
    expect(await lastEvents(app)).toEqual([`UnitCharacteristic ${made.Id} 3 ${info}`])
    const [found] = await app.rows('/api/Units/ForRent?$filter=UnitId eq 9003')
    expect(found?.['Characteristics']).toEqual(
      expect.arrayContaining([expect.objectContaining({ Code: 'LAVEVAISS', Source: 'U' })]),
    )
    const path = `${ofUnits}(${made.Id})`
    expect((await write(app, 'PATCH', path, { Value: null })).status).toBe(200)
    expect(await lastEvents(app)).toEqual([`UnitCharacteristic ${made.Id} 1 ${info}`])
    expect((await write(app, 'DELETE', path)).status).toBe(204)
    expect(await lastEvents(app)).toEqual([`UnitCharacteristic ${made.Id} 2 ${info}`])
  })

  test('its scope says where it may be used', async () => {
    const refused = (value: string) => ({
      status: 400,
      code: 'INVALID_CODE',
      target: 'CharacteristicId',
      message: `Le code « ${value} » n'est pas permis pour le champ CharacteristicId.`,
    })
    const unit = { UnitId: 9003, CharacteristicId: 3 }
    expectRefusal(await write(app, 'POST', ofUnits, unit), refused('ASCENSEUR'))
    const building = { BuildingId: 900, CharacteristicId: 12 }
    expectRefusal(await write(app, 'POST', ofBuildings, building), refused('LAVEVAISS'))
    // 7 is of buildings, 14 of both.
    for (const CharacteristicId of [7, 14]) {
      const path = `${ofBuildings}?dryRun=true`
      expect((await write(app, 'POST', path, { BuildingId: 900, CharacteristicId })).status).toBe(
        201,
      )
    }
    const both = { UnitId: 9003, CharacteristicId: 14 }
    expect((await write(app, 'POST', `${ofUnits}?dryRun=true`, both)).status).toBe(201)
  })

  test.each([
    ['yes or no', 12, [null, 'true'], ['false', 'oui', '1', '']],
    ['number', 17, ['2', '-1.5', '0'], ['deux', '1,5', '1e3', '.5', 'NaN']],
    ['text', 15, ['Sur le fleuve'], []],
  ] as const)('a %s has values of its kind only', async (_, CharacteristicId, good, bad) => {
    const post = (Value: string | null) =>
      write(app, 'POST', `${ofUnits}?dryRun=true`, { UnitId: 9003, CharacteristicId, Value })
    for (const value of good) expect([value, (await post(value)).status]).toEqual([value, 201])
    for (const value of bad)
      expectRefusal(await post(value), { status: 400, code: 'INVALID_FORMAT', target: 'Value' })
  })

  test('a number or a text has to be told', async () => {
    for (const CharacteristicId of [15, 17])
      for (const Value of [undefined, null, '', ' '])
        expectRefusal(
          await write(app, 'POST', ofUnits, { UnitId: 9003, CharacteristicId, Value }),
          {
            status: 400,
            code: 'REQUIRED_FIELD',
            target: 'Value',
          },
        )
  })

  test('once per unit and per building (R-003)', async () => {
    const post = (set: string, body: object) => write(app, 'POST', set, body)
    const unit = { UnitId: 9002, CharacteristicId: 16 }
    expect((await post(ofUnits, unit)).status).toBe(201)
    expectRefusal(await post(ofUnits, unit), { status: 409, code: 'DUPLICATE_KEY' })
    const building = { BuildingId: 900, CharacteristicId: 16 }
    expect((await post(ofBuildings, building)).status).toBe(201)
    expectRefusal(await post(ofBuildings, building), { status: 409, code: 'DUPLICATE_KEY' })
  })

  test('the described and the characteristic stay (R-008); the value may change', async () => {
    const { Id } = rowOf(
      await write(app, 'POST', ofUnits, { UnitId: 9001, CharacteristicId: 15, Value: 'Parc' }),
    )
    const path = `${ofUnits}(${Id})`
    for (const body of [{ UnitId: 9002 }, { CharacteristicId: 12 }])
      expectRefusal(await write(app, 'PATCH', path, body), { status: 400, code: 'FIELD_IMMUTABLE' })
    expectRefusal(await write(app, 'PATCH', path, { Value: null }), {
      status: 400,
      code: 'REQUIRED_FIELD',
    })
    expect(rowOf(await write(app, 'PATCH', path, { Value: 'Cour' }))['Value']).toBe('Cour')
  })
})
