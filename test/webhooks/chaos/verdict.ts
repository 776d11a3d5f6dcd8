/**
 * What must be true of webhooks, whatever was killed: judged from the change log, which is what was committed, and from
 * what each receiver has written down. Knows nothing of the engine.
 */

/** A committed change, as the log has it. */
export interface LoggedChange {
  readonly seq: number
  readonly entity: string
  readonly id: number
  readonly status: number
  readonly additionalInformation: string | null
}

/** One request that came in. */
export interface Receipt {
  /** The header `webhook-id`. */
  readonly eventId: string
  readonly body: string
  /** The header `webhook-attempt`. */
  readonly attempt: number
  /** A number that grows with each thing that happens at the receiver. */
  readonly receivedAt: number
  /** Of the same numbers: when it was answered with a 2xx; undefined: it was not. */
  answeredAt: number | undefined
}

/** What one subscriber was to hear, and has heard. */
export interface Hearing {
  readonly name: string
  readonly databaseName: string
  readonly entities: readonly string[]
  readonly receipts: readonly Receipt[]
}

interface Figures {
  readonly expected: number
  readonly received: number
  /** Answered with a 2xx beyond the first time. */
  readonly duplicates: number
  /** Of these, how many were sent because the sender had not heard the first answer: it counted a failure. */
  readonly unheard: number
}

export interface Verdict {
  readonly name: string
  /** What is wrong, the first of each kind with an example. */
  readonly problems: readonly string[]
  readonly figures: Figures
}

/** `duplicatesMax`: more are wrong. */
export function judge(
  log: readonly LoggedChange[],
  hearing: Hearing,
  duplicatesMax: (events: number) => number,
): Verdict {
  const expected = log.filter(({ entity }) => hearing.entities.includes(entity))
  const problems = new Problems()
  const bySeq = new Map(expected.map((change) => [`evt_${change.seq}`, change]))
  const answers = new Map<string, number>()
  const attempts = new Map<string, number>()
  let unheard = 0
  for (const receipt of hearing.receipts) {
    const change = bySeq.get(receipt.eventId)
    if (change === undefined) problems.add('was invented', `${receipt.eventId} ${receipt.body}`)
    else if (receipt.body !== bodyOf(change, hearing.databaseName))
      problems.add('says other than the log', `${receipt.eventId} ${receipt.body}`)
    if (receipt.answeredAt === undefined) continue
    answers.set(receipt.eventId, (answers.get(receipt.eventId) ?? 0) + 1)
    if ((attempts.get(receipt.eventId) ?? receipt.attempt) < receipt.attempt) unheard++
    attempts.set(receipt.eventId, receipt.attempt)
  }
  for (const [eventId, change] of bySeq)
    if (!answers.has(eventId)) problems.add('is missing', `${eventId} ${rowOf(change)}`)
  judgeOrder(expected, hearing.receipts, problems)
  const answered = [...answers.values()].reduce((sum, count) => sum + count, 0)
  const duplicates = answered - answers.size
  if (duplicates > duplicatesMax(expected.length))
    problems.add('came too often', `${duplicates} duplicates of ${expected.length} events`)
  return {
    name: hearing.name,
    problems: problems.told(),
    figures: { expected: expected.length, received: hearing.receipts.length, duplicates, unheard },
  }
}

/** Exactly the guide's five members, in their order. */
function bodyOf(change: LoggedChange, databaseName: string): string {
  return JSON.stringify({
    Id: change.id,
    Entity: change.entity,
    Status: change.status,
    DatabaseName: databaseName,
    AdditionalInformationJson: change.additionalInformation,
  })
}

/** A row's event comes only when each older one of the row has been answered with a 2xx. */
function judgeOrder(
  expected: readonly LoggedChange[],
  receipts: readonly Receipt[],
  problems: Problems,
): void {
  const rows = new Map<string, string[]>()
  const placeOf = new Map<string, { readonly row: string[]; readonly place: number }>()
  for (const change of expected.toSorted((a, b) => a.seq - b.seq)) {
    const row = rows.get(rowOf(change)) ?? []
    rows.set(rowOf(change), row)
    placeOf.set(`evt_${change.seq}`, { row, place: row.length })
    row.push(`evt_${change.seq}`)
  }
  /** By row: how many of its events, from the oldest, have been answered. */
  const done = new Map<string[], number>()
  const answered = new Set<string>()
  for (const { eventId, isAnswer } of happenings(receipts)) {
    const found = placeOf.get(eventId)
    if (found === undefined) continue
    const { row, place } = found
    if (isAnswer) answered.add(eventId)
    let next = done.get(row) ?? 0
    while (answered.has(row[next] ?? '')) next++
    done.set(row, next)
    if (!isAnswer && place > next)
      problems.add('overtook an older one', `${eventId} before ${row[next]}`)
  }
}

function happenings(
  receipts: readonly Receipt[],
): readonly { readonly eventId: string; readonly isAnswer: boolean }[] {
  return receipts
    .flatMap(({ eventId, receivedAt, answeredAt }) => [
      { at: receivedAt, eventId, isAnswer: false },
      ...(answeredAt === undefined ? [] : [{ at: answeredAt, eventId, isAnswer: true }]),
    ])
    .toSorted((a, b) => a.at - b.at)
}

/** What a client was told: a write of this row was done. */
export interface AcknowledgedWrite {
  readonly entity: string
  readonly id: number
  readonly status: number
}

export interface WritersKnowledge {
  readonly acknowledged: readonly AcknowledgedWrite[]
  /** Rows that were changed in transactions that were rolled back, and in no other. */
  readonly rolledBack: readonly { readonly entity: string; readonly id: number }[]
}

/** The log itself: all that was acknowledged is in it, and nothing of what was rolled back. */
export function judgeLog(log: readonly LoggedChange[], known: WritersKnowledge): readonly string[] {
  const problems = new Problems()
  const logged = countBy(log)
  for (const [key, count] of countBy(known.acknowledged))
    if ((logged.get(key) ?? 0) < count)
      problems.add('was acknowledged and is not logged', `${key}: ${logged.get(key) ?? 0}/${count}`)
  const rolledBack = new Set(known.rolledBack.map(rowOf))
  for (const change of log)
    if (rolledBack.has(rowOf(change))) problems.add('was rolled back and is logged', rowOf(change))
  return problems.told()
}

function countBy(writes: readonly AcknowledgedWrite[]): ReadonlyMap<string, number> {
  const counts = new Map<string, number>()
  for (const write of writes) {
    const key = `${rowOf(write)} ${write.status}`
    counts.set(key, (counts.get(key) ?? 0) + 1)
  }
  return counts
}

function rowOf({ entity, id }: { readonly entity: string; readonly id: number }): string {
  return `${entity} ${id}`
}

class Problems {
  readonly #examples = new Map<string, string[]>()

  add(what: string, example: string): void {
    const examples = this.#examples.get(what) ?? []
    this.#examples.set(what, examples)
    examples.push(example)
  }

  told(): readonly string[] {
    return [...this.#examples].map(
      ([what, examples]) => `${examples.length} × ${what}: ${examples.slice(0, 3).join('; ')}`,
    )
  }
}
