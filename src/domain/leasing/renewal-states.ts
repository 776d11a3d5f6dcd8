/**
 * The life of a renewal: what moves it where, and what may be written in which status.
 *
 *     P prepared   the tenant receives the notice → E
 *     E sent       he answers → A accepts, R refuses and stays, Q leaves
 *     R refused    application to the tribunal → D
 *     D tribunal   decision → F
 *
 * The calendar moves E to T after the deadline of the answer, R to S after that of the tribunal, and P to X when
 * the next term begins. A departure, or the cancellation of the lease, moves P and E to X. A, T, F, S, Q and X
 * are final.
 */

import type { Row } from '../command/row.ts'

type RenewalStep = 'reception' | 'answer' | 'application' | 'decision'

interface StepFacts {
  readonly name: RenewalStep
  readonly from: string
  readonly to: string | ((renewal: Row) => string)
  /** Fields that tell it. */
  readonly fields: readonly string[]
  /** Those of them that it cannot be told without. */
  readonly required: readonly string[]
}

/** In the order in which they happen: one write may tell several. */
const steps: readonly StepFacts[] = [
  {
    name: 'reception',
    from: 'P',
    to: 'E',
    fields: ['NoticeReceivedDate'],
    required: ['NoticeReceivedDate'],
  },
  {
    name: 'answer',
    from: 'E',
    // The codes of the answers are those of the statuses that they lead to.
    to: ({ Response: response }) => String(response),
    fields: ['Response', 'ResponseDate'],
    required: ['Response'],
  },
  {
    name: 'application',
    from: 'R',
    to: 'D',
    fields: ['TalApplicationDate', 'TalFileNo'],
    required: ['TalApplicationDate'],
  },
  {
    name: 'decision',
    from: 'D',
    to: 'F',
    fields: ['TalDecisionDate', 'TalRent'],
    required: ['TalDecisionDate', 'TalRent'],
  },
]

/**
 * What may be set right without a step. Once the tenant has the notice the offer stands; when and how it reached
 * him may have been mistyped.
 */
const corrections: Readonly<Record<string, readonly string[]>> = {
  P: ['NoticeDate', 'DeliveryMethod', 'NewEndDate', 'NewRent', 'OtherChanges'],
  E: ['NoticeDate', 'DeliveryMethod', 'NoticeReceivedDate'],
  R: ['TalFileNo'],
  D: ['TalFileNo'],
  F: ['TalFileNo'],
}

/** For people to read; no rule looks at them. */
const information: readonly string[] = ['GuidelinePercent', 'Comment']

export type RenewalPath =
  | { readonly kind: 'open'; readonly status: string; readonly steps: readonly RenewalStep[] }
  | { readonly kind: 'missing'; readonly field: string }
  | { readonly kind: 'closed'; readonly status: string; readonly field: string }

/** Where a write of these fields leads from a status; `renewal` has their new values. */
export function renewalPath(start: string, fields: readonly string[], renewal: Row): RenewalPath {
  const allowed = [...information, ...(corrections[start] ?? [])]
  let rest = fields.filter((field) => !allowed.includes(field) || isWithdrawn(field, renewal))
  let status = start
  const taken: RenewalStep[] = []
  for (const step of steps) {
    const field = rest.find((name) => step.fields.includes(name))
    if (field === undefined) continue
    if (step.from !== status || isWithdrawn(field, renewal))
      return { kind: 'closed', status, field }
    const missing = step.required.find((name) => (renewal[name] ?? null) === null)
    if (missing !== undefined) return { kind: 'missing', field: missing }
    rest = rest.filter((name) => !step.fields.includes(name))
    status = typeof step.to === 'string' ? step.to : step.to(renewal)
    taken.push(step.name)
  }
  const [field] = rest
  return field === undefined
    ? { kind: 'open', status, steps: taken }
    : { kind: 'closed', status: start, field }
}

/** The reception of a notice is not undone. */
function isWithdrawn(field: string, renewal: Row): boolean {
  return field === 'NoticeReceivedDate' && (renewal[field] ?? null) === null
}
