/** What the shell learns: 0 done, 1 failed, 2 usage, 3 not signed in, 4 refused, 5 network, 130 interrupted. */

import { CommanderError } from 'commander'
import { AdministrationRefusal } from '../auth/administration-refusal.ts'
import { ConfigRefusal } from '../config.ts'
import { HapiError } from '../errors/hapi-error.ts'
import { ApiRefusal } from './listen/events-client.ts'
import { Interruption } from './listen/listen-command.ts'
import { UsageRefusal } from './usage-refusal.ts'

export function exitCodeOf(error: unknown): number {
  if (error instanceof CommanderError) return error.exitCode === 0 ? 0 : 2
  if (error instanceof UsageRefusal || error instanceof ConfigRefusal) return 2
  if (error instanceof AdministrationRefusal) return 4
  if (error instanceof ApiRefusal) return error.status === 401 ? 3 : 4
  if (error instanceof Interruption) return 130
  if (!(error instanceof HapiError)) return 1
  if (error.status === 401) return 3
  if (error.code === 'UNAVAILABLE') return 5
  return error.status < 500 ? 4 : 1
}
