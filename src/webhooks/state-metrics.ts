/** How the engine stands, as gauges that are read when somebody looks. */

import { Gauge, type Registry } from 'prom-client'
import type { Database } from '../db/database.ts'
import { type EngineState, readEngineState } from './engine-state.ts'
import { PacedReading } from './paced-reading.ts'

/** Of the endpoints past those that are listed. */
const OTHERS = { account: '', endpoint: 'others', state: '' }

/** Each process tells the same: they are the database's. While it cannot be asked they are left out. */
export function registerStateMetrics(registry: Registry, database: Database): void {
  const reading = new PacedReading(() => readEngineState(database))
  const gaugeOf = <Label extends string>(
    name: string,
    help: string,
    labelNames: readonly Label[],
    fill: (gauge: Gauge<Label>, state: EngineState) => void,
  ): void => {
    const gauge = new Gauge({
      name,
      help,
      labelNames: [...labelNames],
      registers: [],
      async collect() {
        const state = await reading.get().catch(() => undefined)
        this.reset()
        // A gauge without labels that is not set says 0, which nobody has found out.
        if (labelNames.length === 0) this.remove()
        if (state !== undefined) fill(this, state)
      },
    })
    registry.registerMetric(gauge)
  }
  const ofEndpoint = ['account', 'endpoint', 'state'] as const
  gaugeOf(
    'hapi_webhook_backlog_deliveries',
    'Unfinished deliveries by endpoint and its state; at most 1,000 endpoints, those that wait longest.',
    ofEndpoint,
    (gauge, { backlogs, rest }) => {
      for (const { account, endpointId, state, deliveries } of backlogs)
        gauge.set({ account, endpoint: String(endpointId), state }, deliveries)
      if (rest.endpoints > 0) gauge.set(OTHERS, rest.deliveries)
    },
  )
  gaugeOf(
    'hapi_webhook_backlog_age_seconds',
    'Since the oldest unfinished event of an endpoint was committed.',
    ofEndpoint,
    (gauge, { backlogs }) => {
      for (const { account, endpointId, state, ageSeconds } of backlogs)
        gauge.set({ account, endpoint: String(endpointId), state }, ageSeconds)
    },
  )
  gaugeOf('hapi_webhook_endpoints', 'Endpoints by state.', ['state'], (gauge, { endpoints }) => {
    for (const state of STATES) gauge.set({ state }, endpoints.get(state) ?? 0)
  })
  gaugeOf('hapi_webhook_workers', 'Worker processes alive.', [], (gauge, { workers }) =>
    gauge.set(workers),
  )
  gaugeOf(
    'hapi_webhook_fan_out_stalled_seconds',
    'For how long committed changes have waited while none were made into deliveries.',
    [],
    (gauge, { stalledSeconds }) => gauge.set(stalledSeconds),
  )
}

const STATES = ['ACTIVE', 'PAUSED', 'DISABLED', 'ENDED']
