import { DatabaseError } from 'pg'
import { describe, expect, test } from 'vitest'
import { HapiError } from '../errors/hapi-error.ts'
import { unavailableOr } from './connection-error.ts'

function databaseError(code: string): DatabaseError {
  return Object.assign(new DatabaseError('message', 0, 'error'), { code })
}

const systemError = (code: string) => Object.assign(new Error(code), { code })

describe('errors of the connection', () => {
  test.each([
    ['administrator’s shutdown', databaseError('57P01')],
    ['crash of another session', databaseError('57P02')],
    ['server starting up', databaseError('57P03')],
    ['too many connections', databaseError('53300')],
    ['connection lost', databaseError('08006')],
    ['stalled in a transaction', databaseError('25P03')],
    ['nobody listens', systemError('ECONNREFUSED')],
    ['no socket', systemError('ENOENT')],
    ['each address failed', new AggregateError([systemError('ECONNREFUSED')])],
    ['pool exhausted', new Error('timeout exceeded when trying to connect')],
    ['server gone', new Error('Connection terminated unexpectedly')],
  ])('%s: UNAVAILABLE, with its cause', (_, cause) => {
    const error = unavailableOr(cause)
    expect(error).toBeInstanceOf(HapiError)
    expect(error).toMatchObject({ code: 'UNAVAILABLE', headers: { 'Retry-After': '2' }, cause })
  })

  test.each([
    ['a rule of the data', databaseError('23505')],
    ['a statement that took too long', databaseError('57014')],
    ['a mistake of ours', new TypeError('x is not a function')],
    ['an answer already made', new HapiError('UNAVAILABLE')],
    ['not an error', 'text'],
  ])('%s stays what it is', (_, error) => {
    expect(unavailableOr(error)).toBe(error)
  })
})
