/** What PostgreSQL refuses while it reads, as errors of the catalogue: nothing of SQL reaches a client. */

import { DatabaseError } from 'pg'
import { HapiError } from '../../errors/hapi-error.ts'

/** Class 22: a value that the data or the expression does not allow (overflow, wrong pattern, no such date). */
const DATA_EXCEPTION = /^22/
const QUERY_CANCELLED = '57014'
/** Class 54: an expression beyond what the server can take. */
const PROGRAM_LIMIT = /^54/

export function translateReadError(error: unknown, timeoutMs: number): unknown {
  if (!(error instanceof DatabaseError) || error.code === undefined) return error
  if (DATA_EXCEPTION.test(error.code) || PROGRAM_LIMIT.test(error.code))
    return new HapiError('EVALUATION_FAILED', {}, { cause: error })
  if (error.code === QUERY_CANCELLED)
    return new HapiError(
      'TIMED_OUT',
      { seconds: timeoutMs / 1000 },
      { cause: error, headers: { 'Retry-After': '5' } },
    )
  return error
}
