/**
 * the tenant's answer to a renewal, the tribunal after a refusal, and what follows from each: a
 * planned price change on acceptance and decision, the departure of the tenant who leaves.
 */

import type { Change } from '../command/change.ts'
import { dateOf, flagOf, requiredDate, requiredNumber, requiredText } from '../command/row.ts'
import type { Rule } from '../command/rule.ts'
import type { WriteContext } from '../command/write-context.ts'
import { addDays } from './dates.ts'
import { enterDeparture } from './departure.ts'
import { renewalPath } from './renewal-states.ts'
import { isSectionFApplicable } from './section-f.ts'

export const renewalAnswer: Rule = {
  number: 'R-041',
  on: ['create', 'update'],
  errors: [
    'RENEWAL_STATE',
    'REQUIRED_FIELD',
    'RESPONSE_TOO_LATE',
    'SECTION_F_MUST_LEAVE',
    'DEPARTURE_WITHOUT_RENTAL',
    'DEPARTURE_BEFORE_START',
    'DEPARTURE_AFTER_LEASE_END',
    'DEPARTURE_NOT_LEASE_END',
    'DEPARTURE_NOTICE_OUT_OF_WINDOW',
    'DEPARTURE_CHANGE_CONFLICT',
  ],
  prepare: moveStatus,
  check: async (change, context) => {
    if (!isAnswered(change)) return
    refuseLateAnswer(change, context)
    if (change.after['Response'] === 'R') await refuseStaying(change, context)
  },
  apply: async (change, context) => {
    if (!change.changes('Status', 'ResponseDeadline')) return
    const status = requiredText(change.after, 'Status')
    if (status === 'A' || status === 'F') await acceptRent(change.id, status, context)
    else if (status === 'Q') await leave(change, context)
    else await settle(change, context)
  },
}

/** Sets where the write leads; refuses what the status does not allow. */
function moveStatus(change: Change): void {
  const start = change.before === undefined ? 'P' : requiredText(change.before, 'Status')
  const written = [...change.given].filter(
    (name) => !IDENTITY.includes(name) && isWritten(change, name),
  )
  const path = renewalPath(start, written, change.after)
  switch (path.kind) {
    case 'open':
      return change.set('Status', path.status)
    case 'missing':
      return change.refuse('REQUIRED_FIELD', { field: path.field }, { target: path.field })
    case 'closed':
      return refuseClosed(change, path.status, path.field)
  }
}

/** Which renewal it is, rather than how it goes. */
const IDENTITY = ['LeaseId', 'NewStartDate']

function isWritten(change: Change, property: string): boolean {
  return change.changes(property) && (change.kind === 'update' || change.after[property] !== null)
}

function refuseClosed(change: Change, status: string, field: string): void {
  const { before } = change
  const deadline = before === undefined ? null : dateOf(before, 'ResponseDeadline')
  // He who did not answer is deemed to have accepted: a later answer comes too late rather than twice.
  if (status === 'T' && deadline !== null && ['Response', 'ResponseDate'].includes(field))
    change.refuse('RESPONSE_TOO_LATE', { date: deadline }, { target: 'ResponseDate' })
  else if (status === 'S' && isAfterTribunalDeadline(change))
    change.refuse(
      'TAL_DEADLINE_PASSED',
      { date: requiredDate(change.after, 'TalDeadline') },
      { target: 'TalApplicationDate' },
    )
  else change.refuse('RENEWAL_STATE', { status }, { target: field })
}

function isAnswered(change: Change): boolean {
  const { before, after } = change
  return (after['Response'] ?? null) !== null && (before?.['Response'] ?? null) === null
}

/**
 * The day of the answer counts, that of the deadline included. What was still unanswered when the deadline
 * passed is accepted, whether or not the daily job has said so; only who tells reception and answer at once
 * enters what happened.
 */
function refuseLateAnswer(change: Change, { businessDate }: WriteContext): void {
  const deadline = requiredDate(change.after, 'ResponseDeadline')
  const wasSent = change.before !== undefined && requiredText(change.before, 'Status') === 'E'
  const isLate = requiredDate(change.after, 'ResponseDate') > deadline
  if (isLate || (wasSent && businessDate > deadline))
    change.refuse('RESPONSE_TOO_LATE', { date: deadline }, { target: 'ResponseDate' })
}

async function refuseStaying(change: Change, context: WriteContext): Promise<void> {
  const lease = await context.get('Lease', requiredNumber(change.after, 'LeaseId'))
  if (!flagOf(lease, 'IsSectionF')) return
  const unit = await context.get('Unit', requiredNumber(lease, 'UnitId'))
  const building = await context.get('Building', requiredNumber(unit, 'BuildingId'))
  if (isSectionFApplicable(lease, building, requiredDate(change.after, 'NewStartDate')))
    change.refuse('SECTION_F_MUST_LEAVE', {}, { target: 'Response' })
}

/** The planned price change, and the new end where the term has begun: as when nobody answers. */
async function acceptRent(id: number, status: string, context: WriteContext): Promise<void> {
  await context.query('select accept_renewal($1, $2, $3, $4)', [
    context.accountId,
    id,
    status,
    context.businessDate,
  ])
}

async function leave(change: Change, context: WriteContext): Promise<void> {
  const { after } = change
  const lease = await context.get('Lease', requiredNumber(after, 'LeaseId'))
  await enterDeparture(context, requiredNumber(lease, 'TenantId'), {
    // An indeterminate lease ends where the change that he does not want would begin.
    date: dateOf(after, 'CurrentEndDate') ?? addDays(requiredDate(after, 'NewStartDate'), -1),
    reason: 'F',
    noticeDate: requiredDate(after, 'ResponseDate'),
  })
}

/** A notice or a refusal may be entered when its deadline is over: then what the daily job would say holds. */
async function settle(change: Change, context: WriteContext): Promise<void> {
  const status = requiredText(change.after, 'Status')
  const deadlines: Readonly<Record<string, string>> = { E: 'ResponseDeadline', R: 'TalDeadline' }
  const field = deadlines[status]
  if (field === undefined || requiredDate(change.after, field) >= context.businessDate) return
  await context.query('select settle_renewals($1, $2)', [context.accountId, context.businessDate])
}

export const renewalTribunal: Rule = {
  number: 'R-042',
  on: ['create', 'update'],
  errors: ['TAL_DEADLINE_PASSED'],
  check: (change) => {
    if (change.changes('TalApplicationDate') && isAfterTribunalDeadline(change))
      change.refuse(
        'TAL_DEADLINE_PASSED',
        { date: requiredDate(change.after, 'TalDeadline') },
        { target: 'TalApplicationDate' },
      )
  },
}

function isAfterTribunalDeadline({ after }: Change): boolean {
  const [applied, deadline] = [dateOf(after, 'TalApplicationDate'), dateOf(after, 'TalDeadline')]
  return applied !== null && deadline !== null && applied > deadline
}
