/** Contract D11: the guide's examples, from what happens in the product to what a receiver is told. */

import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import { playScenario } from '../../src/demo/scenarios.ts'
import { startTestApp, type TestApp } from '../support/test-app.ts'
import { write } from '../support/writing.ts'
import { Receiver } from '../webhooks/receiver.ts'
import { insertEndpoint, startTestWorker, type TestWorker } from '../webhooks/support.ts'

let app: TestApp
let receiver: Receiver
let worker: TestWorker

beforeAll(async () => {
  app = await startTestApp()
  worker = await startTestWorker(app)
})

afterAll(async () => {
  await worker.stop()
  await app.close()
})

beforeEach(async () => {
  receiver = await Receiver.start()
})

afterEach(async () => {
  await app.sql('delete from webhooks.endpoints')
  await receiver.close()
})

const subscribe = (...entities: string[]): Promise<number> =>
  insertEndpoint(app, { url: receiver.url, entities })

describe('D11 Use cases', () => {
  test('a tenant gives notice of departure: the CRM is told of all that follows (R-032 example 1)', async () => {
    await write(app, 'PATCH', '/api/Tenants(9101)', { DepartureDate: null })
    await subscribe(
      'Tenant',
      'Lease',
      'Unit',
      'TenantParking',
      'Parking',
      'TenantStorage',
      'Storage',
    )
    const answer = await write(app, 'PATCH', '/api/Tenants(9101)', {
      DepartureDate: '2026-06-30',
      DepartureReason: 'E',
    })
    expect(answer.status).toBe(200)
    await receiver.waitFor(7)
    expect(receiver.events.toSorted()).toEqual([
      'Lease 9201 1',
      'Parking 9302 1',
      'Storage 9351 1',
      'Tenant 9101 1',
      'TenantParking 9402 1',
      'TenantStorage 9451 1',
      'Unit 9001 1',
    ])
    const sides = receiver.received.map(({ body }) => body.AdditionalInformationJson)
    expect(sides.filter((side) => side !== null).toSorted()).toEqual([
      '{"tenantId": 9101, "parkingId": 9302}',
      '{"tenantId": 9101, "storageId": 9351}',
    ])
  })

  test('a unit becomes free at a precise date: the listing platform is told on that day (R-032)', async () => {
    await write(app, 'PATCH', '/api/Tenants(9101)', {
      DepartureDate: '2026-06-30',
      DepartureReason: 'E',
    })
    await subscribe('Unit')
    const before = await app.rows<{ OccupancyStatus: string }>('/api/Units?$filter=Id eq 9001')
    expect(before).toMatchObject([{ OccupancyStatus: 'L' }])
    const moved = await write(
      app,
      'PATCH',
      '/api/Sandbox/Clock',
      { BusinessDate: '2026-07-01' },
      { as: 'administrator' },
    )
    expect(moved.status).toBe(200)
    await receiver.waitFor(() => receiver.events.includes('Unit 9001 1'))
    expect(await app.rows('/api/Units?$filter=Id eq 9001')).toMatchObject([
      { OccupancyStatus: 'V', AvailableDate: '2026-07-01' },
    ])
  })

  test('a document is produced: the tenant portal is told', async () => {
    await subscribe('Document')
    const [played] = await playScenario(app.database, 1, 'document')
    await receiver.waitFor(1)
    expect(receiver.events).toEqual([`Document ${played?.id} 3`])
    expect(await app.rows(`/api/Documents?$filter=Id eq ${played?.id}`)).toMatchObject([
      { DocumentType: 'AVREN', IsVisibleToTenant: true },
    ])
  })

  test('a service call is created: the dispatch platform is told (R-013 example 1)', async () => {
    await subscribe('ServiceCall')
    const [played] = await playScenario(app.database, 1, 'service-call')
    const [request] = await receiver.waitFor(1)
    expect(request?.text).toBe(
      `{"Id":${played?.id},"Entity":"ServiceCall","Status":3,"DatabaseName":"DEV/ALEX","AdditionalInformationJson":null}`,
    )
  })

  test.each(['departure', 'unit-free'] as const)('%s can be played in a sandbox', async (name) => {
    await subscribe('Tenant', 'Unit')
    const played = await playScenario(app.database, 1, name)
    const unit = played.find(({ entity }) => entity === 'Unit')
    await receiver.waitFor(() => receiver.events.includes(`Unit ${unit?.id} 1`))
  })

  test('nothing is played in an account whose clock is the real one', async () => {
    await app.sql('update accounts set pinned_at = null where account_id = 2')
    await expect(playScenario(app.database, 2, 'document')).rejects.toMatchObject({
      code: 'CLOCK_NOT_PINNED',
    })
  })
})
