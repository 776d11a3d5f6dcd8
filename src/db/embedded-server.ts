/**
 * The PostgreSQL that needs no installation: under DATA_DIR, started, watched and stopped by the
 * product.
 *
 * Product killed: its server runs on; the next start finds it by `postmaster.pid` and uses it.
 * Server killed: the lock's connection ends, and the product starts the server again.
 * Both killed: the next start starts a server, which recovers from its log.
 * Killed while the cluster is made: it was under another name, and the next start begins anew.
 */

import { setTimeout as sleep } from 'node:timers/promises'
import type { Client } from 'pg'
import type { ConnectionSettings } from './connection-settings.ts'
import {
  EMBEDDED_DATABASE,
  EMBEDDED_USER,
  ensureCluster,
  removePartialFolders,
} from './embedded-cluster.ts'
import { findEnginePackage, installEngine } from './embedded-engine.ts'
import { holdEmbeddedLock } from './embedded-lock.ts'
import {
  type EmbeddedPlaces,
  prepareEmbeddedPlaces,
  removeSystemSocketDir,
} from './embedded-places.ts'
import {
  findPostmaster,
  type Postmaster,
  startPostmaster,
  stopPostmaster,
} from './embedded-postmaster.ts'
import { type Notify, StartupRefusal } from './startup-refusal.ts'

/** A running embedded server, held by this process alone. */
export interface EmbeddedServer {
  readonly connection: ConnectionSettings
  /** Stops the server; everything committed is on disk. */
  stop(): Promise<void>
}

/** What starts an embedded server. */
export interface EmbeddedServerOptions {
  readonly dataDir: string
  readonly notify: Notify
  /** Server settings over the product's own: tests give up durability for speed. */
  readonly settings?: Readonly<Record<string, string>>
}

const RESTART_DELAY_MS = 1_000

/** Starts the server of a DATA_DIR, or takes over the one that a killed product left. Throws StartupRefusal. */
export async function startEmbeddedServer(options: EmbeddedServerOptions): Promise<EmbeddedServer> {
  const places = await prepareEmbeddedPlaces(options.dataDir)
  const running = new RunningServer(places, options)
  const postmaster = await running.start()
  return {
    connection: connectionTo(postmaster, EMBEDDED_DATABASE),
    stop: () => running.stop(),
  }
}

class RunningServer {
  private readonly places: EmbeddedPlaces
  private readonly options: EmbeddedServerOptions
  private lock: Client | undefined
  private isStopping = false
  private restarting: Promise<void> = Promise.resolve()

  constructor(places: EmbeddedPlaces, options: EmbeddedServerOptions) {
    this.places = places
    this.options = options
  }

  async start(): Promise<Postmaster> {
    const postmaster = await this.findOrStart()
    const lock = await holdEmbeddedLock(connectionTo(postmaster, 'postgres'))
    try {
      await removePartialFolders(this.places)
      await ensureDatabase(lock)
    } catch (error) {
      // Held on, it would refuse our own next attempt.
      await lock.end()
      throw error
    }
    lock.once('end', () => {
      this.restarting = this.restart()
    })
    this.lock = lock
    return postmaster
  }

  async stop(): Promise<void> {
    this.isStopping = true
    await this.restarting
    await stopPostmaster(this.places.clusterDir)
    await this.lock?.end()
    await removeSystemSocketDir(this.places)
  }

  private async findOrStart(): Promise<Postmaster> {
    const found = await findPostmaster(this.places)
    if (found !== undefined) return found
    const engineDir = await installEngine(await findEnginePackage(), this.places.engineParentDir)
    await ensureCluster(this.places, engineDir, this.options.notify)
    try {
      return await startPostmaster(this.places, engineDir, this.options.settings ?? {})
    } catch (error) {
      // Two starts at once: one server has won, and the lock will tell which product may use it.
      const winner = await findPostmaster(this.places)
      if (winner === undefined) throw error
      return winner
    }
  }

  /** The lock's connection ended without us: the server is gone. Requests meanwhile answer 503. */
  private async restart(): Promise<void> {
    while (!this.isStopping) {
      this.options.notify({
        fr: 'Le PostgreSQL intégré s’est arrêté; redémarrage…',
        en: 'The embedded PostgreSQL has stopped; restarting…',
      })
      try {
        await this.start()
        return
      } catch (error) {
        const reason = error instanceof Error ? error.message : String(error)
        this.options.notify(
          error instanceof StartupRefusal ? error.text : { fr: reason, en: reason },
        )
        await sleep(RESTART_DELAY_MS)
      }
    }
  }
}

function connectionTo(postmaster: Postmaster, database: string): ConnectionSettings {
  const { socketDir, port } = postmaster
  return { socketDir, port, user: EMBEDDED_USER, database }
}

/** The product's own database: made on the first start, or on the next when that one was cut short. */
async function ensureDatabase(client: Client): Promise<void> {
  const { rowCount } = await client.query('select from pg_database where datname = $1', [
    EMBEDDED_DATABASE,
  ])
  if (rowCount === 0) await client.query(`create database ${EMBEDDED_DATABASE}`)
}
