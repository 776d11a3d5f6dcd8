/** What the settings say of webhooks: where they may go, and how they are sent. */

import type { Config } from './config.ts'
import type { DeliveryPolicy } from './derive/openapi-webhooks.ts'
import type { EgressPolicy } from './webhooks/egress-policy.ts'

/** Exceptions to the public internet by https. */
export function egressPolicyOf(config: Config): EgressPolicy {
  return { allowHttp: config.webhookAllowHttp, allowedNetworks: config.webhookAllowCidr ?? [] }
}

/** For the documentation. */
export function deliveryPolicyOf(config: Config): DeliveryPolicy {
  return {
    timeoutMs: config.webhookTimeoutMs,
    connectTimeoutMs: config.webhookConnectTimeoutMs,
    retryDelaysMs: config.webhookRetrySchedule,
    keptDays: config.webhookRetentionDays,
  }
}
