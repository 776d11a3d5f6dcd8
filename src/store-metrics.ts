/** Whether the bucket for documents answers, as a gauge. */

import { Gauge, type Registry } from 'prom-client'

/** @param isReachable undefined: there is no bucket, and no gauge */
export function registerStoreMetrics(
  registry: Registry,
  isReachable: (() => boolean) | undefined,
): void {
  if (isReachable === undefined) return
  const gauge = new Gauge({
    name: 'hapi_document_store_up',
    help: 'Whether the bucket of HAPI_S3_BUCKET answered when it was asked last.',
    registers: [],
    collect() {
      this.set(isReachable() ? 1 : 0)
    },
  })
  registry.registerMetric(gauge)
}
