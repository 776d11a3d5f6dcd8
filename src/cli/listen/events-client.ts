/**
 * Reads the feed of events as any integrator could: signs in, asks for pages that wait, keeps trying while the API is
 * away, and signs in again when its token is no longer accepted.
 */

import { setTimeout as sleep } from 'node:timers/promises'
import type { Notification } from '../../changes/notification.ts'
import type { BilingualText, Notify } from '../../db/startup-refusal.ts'
import type { Language } from '../speech.ts'
import type { Credentials } from './credentials.ts'

export interface FeedEvent {
  readonly WebhookId: string
  /** ISO 8601. */
  readonly At: string
  readonly Event: Notification
}

export interface FeedPage {
  readonly Events: readonly FeedEvent[]
  readonly Next: string
}

export interface EventsClientOptions {
  readonly baseUrl: string
  readonly credentials: Credentials
  readonly language: Language
  /** Ends whatever is going on; calls then reject with its reason. */
  readonly signal: AbortSignal
  /** Told when the API does not answer, and when it does again. */
  readonly notify: Notify
}

/** An answer of the API that no repetition would change. */
export class ApiRefusal extends Error {
  override readonly name = 'ApiRefusal'
  readonly status: number
  readonly text: BilingualText

  constructor(status: number, text: BilingualText) {
    super(text.en)
    this.status = status
    this.text = text
  }
}

/** Below what proxies allow a silent request. */
const WAIT_S = 25
const REQUEST_TIMEOUT_MS = 60_000
/** From one failed try to the next; the last holds for all that follow. */
const RETRY_DELAYS_MS = [500, 1_000, 2_000, 5_000] as const
/** Longest that a `Retry-After` is obeyed. */
const RETRY_AFTER_MAX_S = 60

export class EventsClient {
  readonly #options: EventsClientOptions
  #token: string | undefined
  #failures = 0

  constructor(options: EventsClientOptions) {
    this.#options = options
  }

  /** The position after everything that is committed now. Throws ApiRefusal, and the signal's reason. */
  async now(): Promise<string> {
    return (await this.#ask({})).Next
  }

  /** What comes after a position: at once if there is something, else when there is or after a while. */
  async after(position: string, entities: readonly string[] | undefined): Promise<FeedPage> {
    return this.#ask({
      after: position,
      wait: String(WAIT_S),
      ...(entities === undefined ? {} : { entities: entities.join(',') }),
    })
  }

  async #ask(query: Readonly<Record<string, string>>): Promise<FeedPage> {
    const path = `/api/events?${new URLSearchParams(query).toString()}`
    for (let isRenewed = false; ; ) {
      this.#token ??= await this.#signIn()
      const response = await this.#send(path, { authorization: `Bearer ${this.#token}` })
      if (response.status === 401 && !isRenewed) {
        this.#token = undefined
        isRenewed = true
        continue
      }
      // The API's own answer, whose form its tests hold.
      return (await this.#read(response)) as FeedPage
    }
  }

  async #signIn(): Promise<string> {
    const { apiKey, userName, password } = this.#options.credentials
    const headers = {
      'x-api-key': apiKey,
      'content-type': 'application/json',
    }
    const body = JSON.stringify({ UserName: userName, Password: password })
    const answer = await this.#read(await this.#send('/api/Token', headers, body))
    // As above.
    return (answer as { readonly Token: string }).Token
  }

  /** Tries until the API answers something that another try would not change. */
  async #send(
    path: string,
    headers: Readonly<Record<string, string>>,
    body?: string,
  ): Promise<Response> {
    const { signal } = this.#options
    for (;;) {
      signal.throwIfAborted()
      const response = await this.#try(path, headers, body)
      if (response !== undefined && response.status < 500 && response.status !== 429) {
        this.#tellBack()
        return response
      }
      this.#tellAway(response)
      await response?.body?.cancel()
      await sleep(this.#delayMs(response), undefined, { signal })
      this.#failures += 1
    }
  }

  /** `undefined`: no answer. */
  async #try(
    path: string,
    headers: Readonly<Record<string, string>>,
    body?: string,
  ): Promise<Response | undefined> {
    const { baseUrl, language, signal } = this.#options
    try {
      return await fetch(`${baseUrl}${path}`, {
        method: body === undefined ? 'GET' : 'POST',
        headers: { ...headers, 'accept-language': language },
        ...(body === undefined ? {} : { body }),
        redirect: 'error',
        signal: AbortSignal.any([signal, AbortSignal.timeout(REQUEST_TIMEOUT_MS)]),
      })
    } catch {
      signal.throwIfAborted()
      return undefined
    }
  }

  #delayMs(response: Response | undefined): number {
    const asked = Number(response?.headers.get('retry-after') ?? 0)
    const known = RETRY_DELAYS_MS[this.#failures] ?? RETRY_DELAYS_MS[3]
    return Math.max(known, asked > 0 ? Math.min(asked, RETRY_AFTER_MAX_S) * 1_000 : 0)
  }

  #tellAway(response: Response | undefined): void {
    if (this.#failures > 0) return
    const { baseUrl, notify } = this.#options
    const status = response === undefined ? '' : ` (${response.status})`
    notify({
      fr: `${baseUrl} ne répond pas${status}; nouveaux essais…`,
      en: `${baseUrl} does not answer${status}; trying again…`,
    })
  }

  #tellBack(): void {
    const { baseUrl, notify } = this.#options
    if (this.#failures > 0)
      notify({ fr: `${baseUrl} répond de nouveau.`, en: `${baseUrl} answers again.` })
    this.#failures = 0
  }

  async #read(response: Response): Promise<unknown> {
    const text = await response.text()
    if (response.ok) return JSON.parse(text)
    const message = messageIn(text) ?? `${response.status} ${this.#options.baseUrl}`
    throw new ApiRefusal(response.status, { fr: message, en: message })
  }
}

/** The message of an error body, which is in the language that was asked for. */
function messageIn(text: string): string | undefined {
  try {
    // Whatever answered, a text or nothing is taken out of it.
    const { error } = JSON.parse(text) as { readonly error?: { readonly message?: unknown } }
    return typeof error?.message === 'string' ? error.message : undefined
  } catch {
    return undefined
  }
}
