/** Puts the webhook worker together: what it sends by, whom it asks, and what it tells. */

import type { FastifyBaseLogger } from 'fastify'
import type { Registry } from 'prom-client'
import type { Access } from './auth/access.ts'
import type { Config } from './config.ts'
import type { Database } from './db/database.ts'
import { RequestCompiler } from './http/odata/compiled-request.ts'
import { ODataRowFilter } from './http/odata/row-filter.ts'
import { parseLimitsOf } from './http/parse-limits.ts'
import { model } from './model/model.ts'
import type { SecretBox } from './secrets/secret-box.ts'
import { egressPolicyOf } from './webhook-policies.ts'
import { pruneDeliveries } from './webhooks/retention.ts'
import { WebhookSender } from './webhooks/sender.ts'
import { WebhookLog } from './webhooks/webhook-log.ts'
import { WebhookMetrics } from './webhooks/webhook-metrics.ts'
import { WebhookTraces } from './webhooks/webhook-traces.ts'
import { startWebhookWorker } from './webhooks/webhook-worker.ts'
import { composeObservers } from './webhooks/worker-observer.ts'

export interface WebhookWorkOptions {
  readonly config: Config
  readonly database: Database
  readonly access: Access
  readonly box: SecretBox
  /** Undefined: nothing is measured. */
  readonly registry: Registry | undefined
  readonly logger: FastifyBaseLogger
  readonly version: string
}

const PRUNE_EVERY_MS = 3_600_000

/** Starts delivering; the function given back stops it. Throws UNAVAILABLE. */
export async function startWebhookWork(options: WebhookWorkOptions): Promise<() => Promise<void>> {
  const { config, database, access, box, registry, logger, version } = options
  const sender = new WebhookSender({
    policy: egressPolicyOf(config),
    timeoutMs: config.webhookTimeoutMs,
    connectTimeoutMs: config.webhookConnectTimeoutMs,
    version,
  })
  const worker = await startWebhookWorker({
    database,
    subscribers: access,
    box,
    sender,
    filter: rowFilterOf(options),
    schedule: config.webhookRetrySchedule,
    observer: composeObservers(
      [
        ...(registry === undefined ? [] : [new WebhookMetrics(registry)]),
        new WebhookLog(logger),
        new WebhookTraces(),
      ],
      (error) => logger.error({ err: error }, 'a webhook observer fails'),
    ),
    logger,
    now: () => new Date(),
    random: Math.random,
  })
  const stopPruning = startPruning(database, config.webhookRetentionDays, logger)
  return async () => {
    await stopPruning()
    await worker.stop()
    await sender.close()
  }
}

function rowFilterOf({ config, database, logger }: WebhookWorkOptions): ODataRowFilter {
  return new ODataRowFilter({
    database,
    compiler: new RequestCompiler(model, {
      depthMax: config.limitExpandDepth,
      nodesMax: config.limitExpandNodes,
    }),
    parseLimits: parseLimitsOf(config),
    encodingLimits: { patternLengthMax: config.limitPatternLength },
    now: () => new Date(),
    onFailure: ({ entity, error }) =>
      logger.warn({ entity, err: error }, 'webhook filter not asked, its events are sent'),
  })
}

/** Once at the start, and each hour. */
function startPruning(
  database: Database,
  days: number,
  logger: FastifyBaseLogger,
): () => Promise<void> {
  const stopped = new AbortController()
  const prune = async (): Promise<void> => {
    try {
      const gone = await pruneDeliveries(database, { days, signal: stopped.signal })
      if (gone > 0) logger.info({ gone }, 'webhook deliveries past their retention removed')
    } catch (error) {
      logger.error({ err: error }, 'webhook deliveries past their retention not removed')
    }
  }
  let running = prune()
  const timer = setInterval(() => {
    running = prune()
  }, PRUNE_EVERY_MS)
  timer.unref()
  return async () => {
    stopped.abort()
    clearInterval(timer)
    await running
  }
}
