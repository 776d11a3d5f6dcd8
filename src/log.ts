/** The process's log: JSON lines on stdout, without secrets. */

import {
  type DestinationStream,
  type Logger,
  type LoggerOptions,
  pino,
  type SerializedError,
  stdSerializers,
} from 'pino'
import type { Config } from './config.ts'

/** Of an error: what it is, and where it comes from. */
const ERROR_MEMBERS: ReadonlySet<string> = new Set(['type', 'message', 'stack', 'code'])

/** `destination` absent: stdout. */
export function createLogger(
  { logLevel, logFormat }: Pick<Config, 'logLevel' | 'logFormat'>,
  destination?: DestinationStream,
): Logger {
  const options: LoggerOptions = {
    level: logLevel,
    redact: ['req.headers.authorization', 'req.headers["x-api-key"]', 'req.headers.cookie'],
    serializers: { err: serializeError },
    ...(logFormat === 'pretty' ? { transport: { target: 'pino-pretty' } } : {}),
  }
  return destination === undefined ? pino(options) : pino(options, destination)
}

/** Errors of PostgreSQL carry values of rows (`detail`, `where`), those of URLs the whole URL (`input`). */
function serializeError(error: Error): object {
  const serialized: SerializedError = stdSerializers.err(error)
  return Object.fromEntries(Object.entries(serialized).filter(([name]) => ERROR_MEMBERS.has(name)))
}
