/** Where it was measured, without saying whose machine it was. */

import { cpus, totalmem } from 'node:os'
import { Client } from 'pg'

export interface MachineFacts {
  readonly date: string
  readonly cores: number
  readonly processor: string
  readonly memoryGigabytes: number
  readonly node: string
  readonly postgresql: string
}

export async function machineFacts(url: string): Promise<MachineFacts> {
  const client = new Client({ connectionString: url })
  await client.connect()
  try {
    const { rows } = await client.query<{ server_version: string }>('show server_version')
    return {
      date: new Date().toISOString().slice(0, 10),
      cores: cpus().length,
      processor: cpus()[0]?.model.trim() ?? 'unknown',
      memoryGigabytes: Math.round(totalmem() / 2 ** 30),
      node: process.versions.node,
      postgresql: rows[0]?.server_version ?? 'unknown',
    }
  } finally {
    await client.end()
  }
}

export function renderMachine(machine: MachineFacts): string {
  return `${machine.date} · ${machine.cores} cores (${machine.processor}), ${machine.memoryGigabytes} GB · Node ${machine.node} · PostgreSQL ${machine.postgresql}`
}
