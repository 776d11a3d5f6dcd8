/** Who watches a worker: metrics, traces, logs. */

import type { DeliveryObserver } from './runner-dependencies.ts'

export interface WorkerObserver extends DeliveryObserver {
  /** Changes were made into deliveries. */
  fannedOut(events: number, deliveries: number): void
  endpointEnded(): void
  endpointDisabled(): void
}
