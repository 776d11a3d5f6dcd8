import { describe, expect, test } from 'vitest'
import { renewalPath } from './renewal-states.ts'

const whole = {
  NoticeReceivedDate: '2026-03-05',
  Response: 'R',
  ResponseDate: '2026-04-02',
  TalApplicationDate: '2026-04-20',
  TalFileNo: null,
  TalDecisionDate: '2026-09-10',
  TalRent: '972.00',
}

/** The status reached, or `status field` of what is refused, or the field that is missing. */
function outcome(start: string, fields: readonly string[], renewal: object = whole): string {
  const path = renewalPath(start, fields, { ...whole, ...renewal })
  switch (path.kind) {
    case 'open':
      return path.status
    case 'missing':
      return `missing ${path.field}`
    case 'closed':
      return `${path.status} ${path.field}`
  }
}

describe('R-040 to R-042: the statuses of a renewal', () => {
  test.each([
    ['P', ['NoticeReceivedDate'], 'E'],
    ['E', ['Response', 'ResponseDate'], 'R'],
    ['R', ['TalApplicationDate', 'TalFileNo'], 'D'],
    ['D', ['TalDecisionDate', 'TalRent'], 'F'],
  ])('%s by %s → %s', (start, fields, reached) => {
    expect(outcome(start, fields)).toBe(reached)
  })

  test('each answer has its status', () => {
    for (const response of ['A', 'Q', 'R'])
      expect(outcome('E', ['Response'], { Response: response })).toBe(response)
  })

  test('one write may tell all that happened, and skips nothing', () => {
    const steps = ['NoticeReceivedDate', 'Response', 'TalApplicationDate', 'TalDecisionDate']
    expect(outcome('P', [...steps, 'TalRent'])).toBe('F')
    expect(outcome('P', ['Response'])).toBe('P Response')
    expect(outcome('E', ['TalApplicationDate'])).toBe('E TalApplicationDate')
    expect(outcome('P', ['NoticeReceivedDate', 'TalDecisionDate'])).toBe('E TalDecisionDate')
    expect(outcome('E', ['Response', 'TalApplicationDate'], { Response: 'A' })).toBe(
      'A TalApplicationDate',
    )
  })

  test('a step is told whole', () => {
    expect(outcome('E', ['ResponseDate'], { Response: null })).toBe('missing Response')
    expect(outcome('D', ['TalRent'], { TalDecisionDate: null })).toBe('missing TalDecisionDate')
  })

  test('what was offered stands once it was received', () => {
    for (const field of ['NewRent', 'NewEndDate', 'OtherChanges']) {
      expect(outcome('P', [field])).toBe('P')
      expect(outcome('E', [field])).toBe(`E ${field}`)
    }
    expect(outcome('E', ['NoticeReceivedDate'])).toBe('E')
    expect(outcome('E', ['NoticeReceivedDate'], { NoticeReceivedDate: null })).toBe(
      'E NoticeReceivedDate',
    )
  })

  test.each(['A', 'T', 'F', 'S', 'Q', 'X'])(
    '%s is final: only what is for information changes',
    (status) => {
      expect(outcome(status, ['Comment', 'GuidelinePercent'])).toBe(status)
      for (const field of [
        'NewRent',
        'NoticeReceivedDate',
        'Response',
        'TalApplicationDate',
        'TalRent',
      ])
        expect(outcome(status, [field])).toBe(`${status} ${field}`)
    },
  )
})
