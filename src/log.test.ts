import { DatabaseError } from 'pg'
import { describe, expect, test } from 'vitest'
import { HapiError } from './errors/hapi-error.ts'
import { createLogger } from './log.ts'

function logged(error: unknown): string {
  let text = ''
  const destination = { write: (line: string) => void (text += line) }
  createLogger({ logLevel: 'trace', logFormat: 'json' }, destination).error(
    { err: error },
    'failed',
  )
  return text
}

function urlError(text: string): unknown {
  try {
    return new URL(text)
  } catch (error) {
    return error
  }
}

describe('security §6: an error in the log', () => {
  test('of PostgreSQL says what it is and where, and no value of a row', () => {
    const error = new DatabaseError('new row violates a check constraint', 100, 'error')
    Object.assign(error, { code: '23514', detail: 'Failing row contains (kanarienvogel)' })
    Object.assign(error, { where: 'COPY kanarienvogel' })
    for (const one of [error, new HapiError('UNAVAILABLE', {}, { cause: error })]) {
      const text = logged(one)
      expect(text).not.toContain('kanarienvogel')
      expect(text).toContain('new row violates a check constraint')
      expect(text).toContain('log.test.ts')
    }
    expect(JSON.parse(logged(error))).toMatchObject({
      err: { code: '23514', type: 'DatabaseError' },
    })
  })

  test('of a URL does not say the URL', () => {
    const text = logged(urlError('https://a b/?kanarienvogel'))
    expect(text).toContain('Invalid URL')
    expect(text).not.toContain('kanarienvogel')
  })
})
