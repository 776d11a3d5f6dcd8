/** The judge of the campaigns finds what it is there to find. */

import { describe, expect, test } from 'vitest'
import { judge, judgeLog, type LoggedChange, type Receipt, type Verdict } from './verdict.ts'

const change = (seq: number, id: number, entity = 'Tenant'): LoggedChange => ({
  seq,
  entity,
  id,
  status: 1,
  additionalInformation: null,
})

/** Two of row 1, one of row 2, and one of an entity that nobody asked for. */
const log = [change(1, 1), change(2, 2), change(3, 1), change(4, 1, 'Unit')]

const body = (id: number): string =>
  `{"Id":${id},"Entity":"Tenant","Status":1,"DatabaseName":"DEV","AdditionalInformationJson":null}`

interface Came {
  readonly seq: number
  readonly id: number
  /** Answered with something else than a 2xx. */
  readonly failed?: boolean
  readonly attempt?: number
  readonly body?: string
}

/** Received and answered one after the other. */
function verdictOf(came: readonly Came[], duplicatesMax = 0): Verdict {
  const receipts = came.map(
    (one, index): Receipt => ({
      eventId: `evt_${one.seq}`,
      body: one.body ?? body(one.id),
      attempt: one.attempt ?? 1,
      receivedAt: 2 * index,
      answeredAt: one.failed === true ? undefined : 2 * index + 1,
    }),
  )
  const hearing = { name: 'a', databaseName: 'DEV', entities: ['Tenant'], receipts }
  return judge(log, hearing, () => duplicatesMax)
}

const first = { seq: 1, id: 1 }
const other = { seq: 2, id: 2 }
const second = { seq: 3, id: 1 }

describe('The verdict', () => {
  test('is good when everything came, rows in any order, each row in its own', () => {
    for (const came of [
      [first, other, second],
      [other, first, second],
      [{ ...first, failed: true }, { ...first, attempt: 2 }, second, other],
    ])
      expect(verdictOf(came).problems).toEqual([])
  })

  test.each<[string, readonly Came[], string]>([
    ['is missing', [first, second], '1 × is missing: evt_2 Tenant 2'],
    ['never succeeded', [first, { ...other, failed: true }, second], '1 × is missing: evt_2'],
    ['was invented', [first, other, second, { seq: 9, id: 1 }], '1 × was invented: evt_9'],
    ['is of another entity', [first, other, second, { seq: 4, id: 1 }], '1 × was invented: evt_4'],
    [
      'says something else',
      [first, { ...other, body: body(7) }, second],
      '1 × says other than the log: evt_2',
    ],
    ['overtook', [second, first, other], '1 × overtook an older one: evt_3 before evt_1'],
    [
      'overtook one that had failed',
      [{ ...first, failed: true }, second, { ...first, attempt: 2 }, other],
      '1 × overtook an older one: evt_3 before evt_1',
    ],
    ['came too often', [first, first, other, second], '1 × came too often: 1 duplicates of 3'],
  ])('tells of what %s', (_, came, problem) => {
    expect(verdictOf(came).problems).toEqual([expect.stringContaining(problem)])
  })

  test('counts duplicates, and which of them the sender could not know', () => {
    const { figures } = verdictOf([first, first, other, second, { ...second, attempt: 2 }], 2)
    expect(figures).toEqual({ expected: 3, received: 5, duplicates: 2, unheard: 1 })
  })

  test('on the log tells of what was acknowledged and is not there, and of what was rolled back and is', () => {
    const acknowledged = [change(0, 1), change(0, 1), change(0, 2)]
    expect(judgeLog(log, { acknowledged, rolledBack: [{ entity: 'Tenant', id: 3 }] })).toEqual([])
    expect(
      judgeLog(log, {
        acknowledged: [...acknowledged, change(0, 2), change(0, 3)],
        rolledBack: [{ entity: 'Unit', id: 1 }],
      }),
    ).toEqual([
      '2 × was acknowledged and is not logged: Tenant 2 1: 1/2; Tenant 3 1: 0/1',
      '1 × was rolled back and is logged: Unit 1',
    ])
  })
})
