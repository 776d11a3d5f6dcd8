/** How the production of documents stands, as gauges that are read when somebody looks. */

import type { Registry } from 'prom-client'
import type { Database } from './db/database.ts'
import { countOrders } from './domain/documents/orders/order-list.ts'
import { PacedReading } from './webhooks/paced-reading.ts'
import { registerGauge } from './webhooks/state-metrics.ts'

/** Each process tells the same: they are the database's. */
export function registerOrderMetrics(registry: Registry, database: Database): void {
  const reading = new PacedReading(() => countOrders(database))
  registerGauge(registry, {
    name: 'hapi_document_orders',
    help: 'Documents that the system has yet to produce, and those that it has given up.',
    labelNames: ['state'],
    reading,
    fill: (gauge, { waiting, givenUp }) => {
      gauge.set({ state: 'waiting' }, waiting)
      gauge.set({ state: 'given_up' }, givenUp)
    },
  })
  registerGauge(registry, {
    name: 'hapi_document_order_age_seconds',
    help: 'Since the oldest document that waits was ordered.',
    labelNames: [],
    reading,
    fill: (gauge, { oldestSeconds }) => gauge.set(oldestSeconds),
  })
}
