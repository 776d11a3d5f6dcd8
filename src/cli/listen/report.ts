/** What `hapi listen` says of each event: a line for a person, or one of JSON (`--json`). */

import type { BilingualText } from '../../db/startup-refusal.ts'
import type { AttemptResult } from '../../webhooks/attempt.ts'
import type { Language } from '../speech.ts'
import type { FeedEvent } from './events-client.ts'
import type { Forward, ReportedAttempt } from './forwarder.ts'

interface Started {
  readonly baseUrl: string
  readonly after: string
  readonly forwards: readonly Forward[]
  readonly secret: string
}

export interface ListenReport {
  readonly started: (facts: Started) => void
  readonly attempt: (attempt: ReportedAttempt) => void
  readonly event: (event: FeedEvent) => void
}

export interface ReportOptions {
  readonly language: Language
  /** Show each event's body, too. */
  readonly print: boolean
  /** Data. */
  readonly write: (line: string) => void
  /** Words to the person. */
  readonly tell: (text: BilingualText) => void
}

/** As contract D6 numbers them. */
const STATUS = { 1: 'UPDATE', 2: 'DELETE', 3: 'INSERT' } as const

export function textReport({ language, print, write, tell }: ReportOptions): ListenReport {
  const line = (event: FeedEvent, rest: readonly string[]): void => {
    const { Id, Entity, Status } = event.Event
    const facts = [clockTime(), Entity, String(Id), STATUS[Status], event.WebhookId, ...rest]
    write(facts.join('  '))
    if (print) write(JSON.stringify(event.Event))
  }
  return {
    started: (facts) => tell(startText(facts)),
    event: (event) => line(event, []),
    attempt: (attempt) => {
      const { event, url, outcome, nextAttemptMs } = attempt
      const answer = String(outcome.status ?? RESULTS[outcome.result][language])
      line(event, ['→', url, answer, `${Math.round(outcome.durationMs)} ms`])
      if (outcome.result === 'DELIVERED') return
      tell(nextAttemptMs === undefined ? skippedText(attempt) : retriedText(nextAttemptMs))
    },
  }
}

export function jsonReport({ write, tell }: ReportOptions): ListenReport {
  const line = (facts: object): void => write(JSON.stringify(facts))
  const factsOf = ({ WebhookId, At, Event }: FeedEvent): object => ({
    webhookId: WebhookId,
    at: At,
    change: STATUS[Event.Status],
    event: Event,
  })
  return {
    started: (facts) => line({ kind: 'started', ...facts }),
    event: (event) => line({ kind: 'event', ...factsOf(event) }),
    attempt: (attempt) => {
      const { event, url, outcome, nextAttemptMs } = attempt
      line({
        kind: 'attempt',
        ...factsOf(event),
        url,
        attempt: attempt.attempt,
        result: outcome.result,
        status: outcome.status ?? null,
        ms: Math.round(outcome.durationMs),
        nextAttemptMs: nextAttemptMs ?? null,
      })
      if (outcome.result !== 'DELIVERED' && nextAttemptMs === undefined) tell(skippedText(attempt))
    },
  }
}

const RESULTS: Readonly<Record<AttemptResult, BilingualText>> = {
  DELIVERED: { fr: 'reçu', en: 'received' },
  HTTP_ERROR: { fr: 'refusé', en: 'refused' },
  GONE: { fr: 'refusé', en: 'refused' },
  TIMEOUT: { fr: 'délai dépassé', en: 'timed out' },
  DNS_FAILED: { fr: 'nom inconnu', en: 'unknown name' },
  CONNECT_FAILED: { fr: 'personne n’écoute', en: 'nobody listens' },
  TLS_FAILED: { fr: 'échec de TLS', en: 'TLS failed' },
  RESET: { fr: 'connexion rompue', en: 'connection broken' },
  INVALID_RESPONSE: { fr: 'réponse invalide', en: 'invalid answer' },
  ADDRESS_REFUSED: { fr: 'adresse refusée', en: 'address refused' },
  HEADERS_REFUSED: { fr: 'en-têtes refusés', en: 'headers refused' },
  ABORTED: { fr: 'interrompu', en: 'interrupted' },
}

function startText({ baseUrl, forwards, secret }: Started): BilingualText {
  const others = { fr: '(toutes les autres)', en: '(all others)' }
  const lines = (language: Language): readonly string[] =>
    forwards.map(({ entity, url }) => `  ${entity ?? others[language]} → ${url}`)
  return {
    fr: [
      `À l'écoute de ${baseUrl}; Ctrl-C pour arrêter.`,
      ...lines('fr'),
      `  Secret de signature : ${secret}`,
    ].join('\n'),
    en: [
      `Listening to ${baseUrl}; Ctrl-C to stop.`,
      ...lines('en'),
      `  Signing secret: ${secret}`,
    ].join('\n'),
  }
}

function retriedText(delayMs: number): BilingualText {
  const seconds = (delayMs / 1_000).toFixed(1)
  return { fr: `  nouvel essai dans ${seconds} s`, en: `  next try in ${seconds} s` }
}

function skippedText({ event, attempt }: ReportedAttempt): BilingualText {
  const { Entity, Id } = event.Event
  return {
    fr: `  ${event.WebhookId} (${Entity} ${Id}) : non reçu, ${attempt} essai${attempt === 1 ? '' : 's'}; passé.`,
    en: `  ${event.WebhookId} (${Entity} ${Id}): not received, ${attempt} ${attempt === 1 ? 'try' : 'tries'}; skipped.`,
  }
}

/** By the clock on the wall of whoever looks on. */
function clockTime(): string {
  return new Date().toTimeString().slice(0, 8)
}
