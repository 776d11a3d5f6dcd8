import { describe, expect, test } from 'vitest'
import type { AttemptResult } from './attempt.ts'
import { Pace } from './pace.ts'
import { WebhookLog } from './webhook-log.ts'

type Line = readonly [level: string, text: string]

/** An endpoint of which one request at a time is made; what is logged of it above debug. */
class Endpoint {
  readonly lines: Line[] = []
  nowMs = 0
  readonly #pace: Pace
  readonly #log: WebhookLog

  constructor(failures = 0) {
    this.#pace = new Pace(failures)
    const at =
      (level: string) =>
      (_: object, text: string): void => {
        this.lines.push([level, text])
      }
    const logger = { debug: () => {}, info: at('info'), warn: at('warn'), error: at('error') }
    this.#log = new WebhookLog(logger, () => this.nowMs)
  }

  attempt(result: AttemptResult, times = 1): void {
    for (let time = 0; time < times; time++) {
      const failuresBefore = this.#pace.failures
      const restMs = result === 'DELIVERED' ? undefined : this.#pace.fail(this.#pace.wave)
      if (result === 'DELIVERED') this.#pace.succeed()
      this.#log.ended(
        { queue: { accountId: 1, endpointId: 2 }, delivery, startedAt: new Date(), host: 'h' },
        { result, body: '', durationMs: 1 },
        { failuresBefore, failures: this.#pace.failures, restMs },
      )
    }
  }
}

const delivery = {
  id: 1,
  seq: 1,
  entity: 'Unit',
  entityId: 1,
  status: 1,
  additionalInformation: null,
  isTest: false,
  attempts: 0,
  roundAttempts: 0,
  replays: 0,
  committedAtMs: 0,
} as const

const FAILS: Line = ['info', 'webhook endpoint fails']
const RESTS: Line = ['warn', 'webhook endpoint rests']
const ANSWERS: Line = ['info', 'webhook endpoint answers again']

describe('What is logged of an endpoint that fails', () => {
  test('is its first failure, its first rest, and that it answers again', () => {
    const endpoint = new Endpoint()
    endpoint.attempt('HTTP_ERROR', 40)
    endpoint.attempt('DELIVERED', 3)
    expect(endpoint.lines).toEqual([FAILS, RESTS, ANSWERS])
  })

  test('is told once a minute when it fails and answers in turns', () => {
    const endpoint = new Endpoint()
    for (let second = 0; second < 130; second++) {
      endpoint.nowMs = second * 1_000
      endpoint.attempt('HTTP_ERROR')
      endpoint.attempt('DELIVERED')
    }
    expect(endpoint.lines).toEqual([FAILS, ANSWERS, FAILS, ANSWERS, FAILS, ANSWERS])
  })

  test('is told at last when it began to fail for good within that minute', () => {
    const endpoint = new Endpoint()
    endpoint.attempt('TIMEOUT')
    endpoint.attempt('DELIVERED')
    endpoint.attempt('TIMEOUT', 9)
    endpoint.nowMs = 61_000
    endpoint.attempt('TIMEOUT')
    expect(endpoint.lines).toEqual([FAILS, ANSWERS, RESTS])
  })

  test('is its rest and its recovery when another process saw it begin', () => {
    const failing = new Endpoint(7)
    failing.attempt('TIMEOUT')
    failing.attempt('DELIVERED')
    expect(failing.lines).toEqual([RESTS, ANSWERS])
    const recovered = new Endpoint(7)
    recovered.attempt('DELIVERED')
    expect(recovered.lines).toEqual([ANSWERS])
  })

  test('is nothing when we have cut the attempt short', () => {
    const endpoint = new Endpoint()
    endpoint.attempt('ABORTED', 6)
    expect(endpoint.lines).toEqual([])
  })
})
