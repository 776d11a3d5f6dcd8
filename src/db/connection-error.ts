/** Tells the loss of the database, which passes, from every other error. */

import { HapiError } from '../errors/hapi-error.ts'

/** SQLSTATE classes and codes of a server that is going, coming or full. */
const UNAVAILABLE_STATES = /^(?:08...|57P0[1-5]|53300|25P03)$/
const UNAVAILABLE_SYSTEM_CODES: ReadonlySet<string> = new Set([
  'ECONNREFUSED',
  'ECONNRESET',
  'ENOENT',
  'EPIPE',
  'ETIMEDOUT',
  'EHOSTUNREACH',
  'ENETUNREACH',
  'ENOTFOUND',
  'EAI_AGAIN',
])
/** What the driver says without a code. */
const UNAVAILABLE_MESSAGES =
  /^(?:timeout exceeded when trying to connect|Connection terminated|timeout expired|Client has encountered a connection error|Cannot use a pool after calling end)/

/** Seconds after which a client is asked to try again. */
const RETRY_AFTER_S = 2

/** UNAVAILABLE (503) with the cause kept when the connection is at fault; any other error as it is. */
export function unavailableOr(error: unknown): unknown {
  return isUnavailable(error) ? unavailable(error) : error
}

/** UNAVAILABLE (503), whatever kept a connection from being made: the server's words are the operator's affair. */
export function unavailable(error: unknown): HapiError {
  return new HapiError(
    'UNAVAILABLE',
    {},
    {
      cause: error,
      headers: { 'Retry-After': String(RETRY_AFTER_S) },
    },
  )
}

function isUnavailable(error: unknown): boolean {
  if (!(error instanceof Error)) return false
  // Several addresses of one host name: each has failed.
  if (error instanceof AggregateError) return error.errors.some(isUnavailable)
  if ('code' in error && typeof error.code === 'string') {
    return UNAVAILABLE_STATES.test(error.code) || UNAVAILABLE_SYSTEM_CODES.has(error.code)
  }
  return UNAVAILABLE_MESSAGES.test(error.message)
}
