/** How the engine stands, as gauges that are read when somebody looks. */

import { Gauge, type Registry } from 'prom-client'
import type { Database } from '../db/database.ts'
import {
  type EngineState,
  readEngineState,
  readUnfinished,
  type Unfinished,
} from './engine-state.ts'
import { PacedReading } from './paced-reading.ts'

/** Of the endpoints past those that are listed. */
const OTHERS = { account: '', endpoint: 'others', state: '' }

/** Each process tells the same: they are the database's. While it cannot be asked they are left out. */
export function registerStateMetrics(registry: Registry, database: Database): void {
  registerBacklog(registry, new PacedReading(() => readUnfinished(database)))
  registerState(registry, new PacedReading(() => readEngineState(database)))
}

function registerBacklog(registry: Registry, reading: PacedReading<Unfinished>): void {
  const labelNames = ['account', 'endpoint', 'state'] as const
  registerGauge(registry, {
    name: 'hapi_webhook_backlog_deliveries',
    help: 'Unfinished deliveries by endpoint and its state; at most 1,000 endpoints, those that wait longest.',
    labelNames,
    reading,
    fill: (gauge, { backlogs, rest }) => {
      for (const { account, endpointId, state, deliveries } of backlogs)
        gauge.set({ account, endpoint: String(endpointId), state }, deliveries)
      if (rest.endpoints > 0) gauge.set(OTHERS, rest.deliveries)
    },
  })
  registerGauge(registry, {
    name: 'hapi_webhook_backlog_age_seconds',
    help: 'Since the oldest unfinished event of an endpoint was committed.',
    labelNames,
    reading,
    fill: (gauge, { backlogs }) => {
      for (const { account, endpointId, state, ageSeconds } of backlogs)
        gauge.set({ account, endpoint: String(endpointId), state }, ageSeconds)
    },
  })
}

function registerState(registry: Registry, reading: PacedReading<EngineState>): void {
  registerGauge(registry, {
    name: 'hapi_webhook_endpoints',
    help: 'Endpoints by state.',
    labelNames: ['state'],
    reading,
    fill: (gauge, { endpoints }) => {
      for (const state of STATES) gauge.set({ state }, endpoints.get(state) ?? 0)
    },
  })
  registerGauge(registry, {
    name: 'hapi_webhook_workers',
    help: 'Worker processes alive.',
    labelNames: [],
    reading,
    fill: (gauge, { workers }) => gauge.set(workers),
  })
  registerGauge(registry, {
    name: 'hapi_webhook_fan_out_stalled_seconds',
    help: 'For how long committed changes have waited while none were made into deliveries.',
    labelNames: [],
    reading,
    fill: (gauge, { stalledSeconds }) => gauge.set(stalledSeconds),
  })
}

interface ReadGauge<T, Label extends string> {
  readonly name: string
  readonly help: string
  readonly labelNames: readonly Label[]
  readonly reading: PacedReading<T>
  readonly fill: (gauge: Gauge<Label>, value: T) => void
}

/** While its reading fails it is left out. */
export function registerGauge<T, Label extends string>(
  registry: Registry,
  { name, help, labelNames, reading, fill }: ReadGauge<T, Label>,
): void {
  const gauge = new Gauge({
    name,
    help,
    labelNames: [...labelNames],
    registers: [],
    async collect() {
      const value = await reading.get().catch(() => undefined)
      this.reset()
      // A gauge without labels that is not set says 0, which nobody has found out.
      if (labelNames.length === 0) this.remove()
      if (value !== undefined) fill(this, value)
    },
  })
  registry.registerMetric(gauge)
}

const STATES = ['ACTIVE', 'PAUSED', 'DISABLED', 'ENDED']
