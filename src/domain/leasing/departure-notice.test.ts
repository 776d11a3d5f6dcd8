import { describe, expect, test } from 'vitest'
import { judgeNotice } from './departure-notice.ts'

const year = { termStartDate: '2025-07-01', endDate: '2026-06-30', isRoom: false }

describe('R-043 Non-renewal notice of the tenant', () => {
  test('within the window of R-040, at the end of the term', () => {
    expect(judgeNotice(year, [], '2026-06-30', '2026-03-31')).toEqual({ kind: 'timely' })
    expect(judgeNotice(year, [], '2026-06-30', '2026-04-01')).toEqual({
      kind: 'outOfWindow',
      window: { start: '2026-01-01', end: '2026-03-31' },
    })
    expect(judgeNotice(year, [], '2026-06-29', '2026-03-31')).toEqual({
      kind: 'notLeaseEnd',
      endDate: '2026-06-30',
    })
  })

  test('an answer that is still due when the lease has renewed itself is about the former term', () => {
    const renewed = { ...year, termStartDate: '2026-07-01', endDate: '2027-06-30' }
    const modification = {
      receivedDate: '2026-06-20',
      answerDeadline: '2026-07-20',
      endDate: '2026-06-30',
    }
    expect(judgeNotice(renewed, [modification], '2026-06-30', '2026-07-10')).toEqual({
      kind: 'timely',
    })
    expect(judgeNotice(renewed, [modification], '2026-06-30', '2026-07-21')).toEqual({
      kind: 'notLeaseEnd',
      endDate: '2027-06-30',
    })
  })

  test('a notice of modification of an indeterminate lease is answered for any date', () => {
    const indeterminate = { ...year, endDate: null }
    const modification = {
      receivedDate: '2026-07-15',
      answerDeadline: '2026-08-15',
      endDate: null,
    }
    expect(judgeNotice(indeterminate, [modification], '2026-08-31', '2026-08-15')).toEqual({
      kind: 'timely',
    })
    expect(judgeNotice(indeterminate, [], '2026-08-31', '2026-08-15')).toEqual({
      kind: 'outOfWindow',
      window: { start: '2026-07-01', end: '2026-07-31' },
    })
  })
})
