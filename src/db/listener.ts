/**
 * One connection for every notification that the process waits for. It connects with the first
 * subscription, and again whenever it is lost, until it is closed.
 */

import { setTimeout as sleep } from 'node:timers/promises'
import { Client, escapeIdentifier } from 'pg'
import { unavailableOr } from './connection-error.ts'
import { type ConnectionSettings, clientConfig } from './connection-settings.ts'

/** `undefined`: the connection was lost and is back; notifications may have been missed. */
export type NotificationHandler = (payload: string | undefined) => void

const RECONNECT_DELAY_MS = 500

export class Listener {
  private readonly connection: ConnectionSettings
  private readonly handlers = new Map<string, Set<NotificationHandler>>()
  private client: Promise<Client> | undefined
  private readonly closing = new AbortController()

  constructor(connection: ConnectionSettings) {
    this.connection = connection
  }

  /** Resolves once the server has the subscription. Throws UNAVAILABLE. */
  async listen(channel: string, handler: NotificationHandler): Promise<() => void> {
    const handlers = this.handlers.get(channel) ?? new Set()
    this.handlers.set(channel, handlers.add(handler))
    try {
      this.client ??= this.connect()
      const client = await this.client
      await client.query(`listen ${escapeIdentifier(channel)}`)
    } catch (error) {
      handlers.delete(handler)
      throw unavailableOr(error)
    }
    return () => handlers.delete(handler)
  }

  async close(): Promise<void> {
    this.closing.abort()
    const client = await this.client?.catch(() => undefined)
    await client?.end().catch(() => {})
  }

  private async connect(): Promise<Client> {
    const client = new Client(clientConfig(this.connection, 'hapi listen'))
    client.on('error', () => {})
    client.on('notification', ({ channel, payload }) => this.call(channel, payload ?? ''))
    try {
      await client.connect()
      for (const channel of this.handlers.keys()) {
        await client.query(`listen ${escapeIdentifier(channel)}`)
      }
    } catch (error) {
      this.client = undefined
      await client.end().catch(() => {})
      throw error
    }
    client.once('end', () => void this.reconnect())
    return client
  }

  private async reconnect(): Promise<void> {
    this.client = undefined
    while (!this.closing.signal.aborted) {
      try {
        this.client ??= this.connect()
        await this.client
        for (const channel of this.handlers.keys()) this.call(channel, undefined)
        return
      } catch {
        // Aborted by close(); the loop then ends.
        await sleep(RECONNECT_DELAY_MS, undefined, { signal: this.closing.signal }).catch(() => {})
      }
    }
  }

  private call(channel: string, payload: string | undefined): void {
    for (const handler of this.handlers.get(channel) ?? []) handler(payload)
  }
}
