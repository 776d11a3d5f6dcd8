/**
 * Runs the requests of a batch one after the other and hands on their answers as they come (Protocol 4.01 §11.7).
 * Each is asked who sends it, what it may do and how large it is, as if it had come by itself.
 */

import { endCommand } from '../../../domain/command/write-transaction.ts'
import { HapiError } from '../../../errors/hapi-error.ts'
import { answerError } from '../../error-rendering.ts'
import type { AnswerLife } from '../answer-life.ts'
import { type CapturedAnswer, CapturedReply } from '../captured-reply.ts'
import type { IncomingRequest } from '../exchange.ts'
import { answerVersion } from '../negotiation.ts'
import type { AnswerUnderWay } from '../write-answer.ts'
import { inWriteOf, type PreparedWrite, runWrite } from '../write-handler.ts'
import type { BatchOutput } from './batch-output.ts'
import type { BatchPart, BatchStep } from './batch-request.ts'
import { type OpenedPart, type PartOpener, sharedDryRun } from './part-opener.ts'
import { References } from './references.ts'

export interface BatchRunParts {
  readonly opener: PartOpener
  readonly output: BatchOutput
  /** Throws TOO_MANY_REQUESTS. */
  readonly countAnother: () => Promise<void>
  readonly life: AnswerLife
  /** Ends with the first failure: what follows is neither run nor answered. */
  readonly stopsOnError: boolean
  readonly deadlineSeconds: number
}

interface Numbered {
  readonly part: BatchPart
  /** In the batch. */
  readonly position: number
}

/** What a request has come to: its answer, and what later ones may refer to. */
interface Answered {
  readonly answer: CapturedAnswer
  readonly entityUrl: string | undefined
  /** Settles when the answer's body has been produced. */
  readonly produced: Promise<unknown>
}

export class BatchRun {
  readonly #parts: BatchRunParts
  readonly #references = new References()

  constructor(parts: BatchRunParts) {
    this.#parts = parts
  }

  /** @throws {ReceiverGone} */
  async run(steps: readonly BatchStep[]): Promise<void> {
    const { output, life, stopsOnError } = this.#parts
    let position = 0
    output.begin()
    for (const step of steps) {
      // Nobody would hear what becomes of it.
      if (life.isOver) return
      const parts = (step.kind === 'single' ? [step.part] : step.parts).map(
        (part): Numbered => ({ part, position: position++ }),
      )
      const succeeded = await (step.kind === 'single'
        ? this.#runSingle(parts)
        : this.#runGroup(step.group, parts))
      if (!succeeded && stopsOnError) break
    }
    output.end()
  }

  async #runSingle([numbered]: readonly Numbered[]): Promise<boolean> {
    if (numbered === undefined) return true
    const { part } = numbered
    const answered = await this.#answer(numbered)
    await this.#hand(part, answered)
    return answered.answer.status < 400
  }

  async #hand(part: BatchPart, { answer, entityUrl, produced }: Answered): Promise<void> {
    await this.#parts.output.write(part, answer)
    await produced
    this.#note(this.#references, part, answer, entityUrl)
  }

  #note(
    references: References,
    { id }: BatchPart,
    { status, headers }: CapturedAnswer,
    entityUrl: string | undefined,
  ): void {
    const succeeded = status >= 200 && status < 300
    references.note(id, { succeeded, entityUrl, etag: headers.get('etag') })
  }

  async #answer(numbered: Numbered): Promise<Answered> {
    try {
      this.#parts.opener.check(numbered.part, this.#references)
      await this.#count(numbered)
      const opened = await this.#open(numbered, this.#references)
      return await (opened.kind === 'read' ? this.#read(opened) : this.#write(opened))
    } catch (error) {
      return this.#refuse(numbered, error)
    }
  }

  /** The batch itself was counted when it came, which is for its first request. */
  async #count({ position }: Numbered): Promise<void> {
    if (position > 0) await this.#parts.countAnother()
  }

  async #open({ part, position }: Numbered, references: References): Promise<OpenedPart> {
    const { opener, life } = this.#parts
    if (life.isLate) throw this.#tooLate()
    return opener.open(part, position, references)
  }

  async #read({ request, url, run }: Extract<OpenedPart, { kind: 'read' }>): Promise<Answered> {
    const reply = new CapturedReply(this.#parts.life, request)
    let failed = false
    const produced = run(reply).catch((error: unknown) => {
      failed = true
      this.#answerError(this.#parts.life.isLate ? this.#tooLate() : error, request, reply)
    })
    const answer = await reply.answered
    return { answer, entityUrl: failed ? undefined : url, produced }
  }

  async #write({
    request,
    write,
    prepare,
  }: Extract<OpenedPart, { kind: 'write' }>): Promise<Answered> {
    const written = await runWrite(this.#parts.opener.writing, write.principal, prepare())
    return settledAnswer(written, request)
  }

  /** All parts in one transaction: `true` when it has been committed. */
  async #runGroup(group: string, parts: readonly Numbered[]): Promise<boolean> {
    const { output } = this.#parts
    const result = await this.#tryGroup(parts)
    this.#references.note(group, {
      succeeded: result.kind === 'done',
      entityUrl: undefined,
      etag: undefined,
    })
    if (result.kind === 'done') {
      output.beginGroup()
      for (const [index, answered] of result.answers.entries()) {
        const part = parts[index]?.part
        if (part !== undefined) await this.#hand(part, answered)
      }
      output.endGroup()
      return true
    }
    await this.#tellFailure(parts, result)
    return false
  }

  async #tryGroup(parts: readonly Numbered[]): Promise<GroupResult> {
    let at = 0
    const reached = (index: number): void => {
      at = index
    }
    try {
      return { kind: 'done', answers: await this.#runTogether(parts, reached) }
    } catch (error) {
      return { kind: 'failed', at, error }
    }
  }

  async #runTogether(
    parts: readonly Numbered[],
    reached: (index: number) => void,
  ): Promise<readonly Answered[]> {
    const { opener } = this.#parts
    // What can be refused is refused before a connection is taken; only what refers to the group itself waits.
    const ids = new Set(parts.map(({ part }) => part.id))
    const ready: (PreparedChange | undefined)[] = []
    for (const [index, numbered] of parts.entries()) {
      reached(index)
      opener.check(numbered.part, this.#references, ids)
      await this.#count(numbered)
      ready.push(
        opener.refersTo(numbered.part, ids)
          ? undefined
          : prepareChange(await this.#open(numbered, this.#references)),
      )
    }
    const [first] = parts
    if (first === undefined) return []
    const dryRun = sharedDryRun(parts.map(({ part }) => part))
    const principal = await opener.principalOf(first.part, first.position)
    const asked = { principal, request: opener.requestOf(first.part, first.position), dryRun }
    return inWriteOf(opener.writing, asked, async (context) => {
      // Anew in each run: the rows of one that was not committed are not there.
      const references = new References(this.#references)
      const answers: Answered[] = []
      for (const [index, numbered] of parts.entries()) {
        reached(index)
        if (this.#parts.life.isLate) throw this.#tooLate()
        const { request, run } =
          ready[index] ?? prepareChange(await this.#open(numbered, references))
        const answered = await settledAnswer(await run(context), request)
        await endCommand(context)
        this.#note(references, numbered.part, answered.answer, answered.entityUrl)
        answers.push(answered)
      }
      return answers
    })
  }

  /** Nothing of the group has happened (Protocol 4.01 §11.7.7.5; JSON Format 4.01 §19.5). */
  async #tellFailure(
    parts: readonly Numbered[],
    { at, error }: Extract<GroupResult, { kind: 'failed' }>,
  ): Promise<void> {
    const failing = parts[at]
    if (failing === undefined) throw error
    const told = await this.#refuse(failing, error)
    if (this.#parts.output.tellsFailureOnce) {
      await this.#parts.output.write({ id: failing.part.id, group: undefined }, told.answer)
      for (const { part } of parts)
        this.#references.note(part.id, { succeeded: false, entityUrl: undefined, etag: undefined })
      return
    }
    const dependency = new HapiError('FAILED_DEPENDENCY', { request: failing.part.id ?? '' })
    for (const numbered of parts)
      await this.#hand(
        numbered.part,
        numbered === failing ? told : await this.#refuse(numbered, dependency),
      )
  }

  async #refuse({ part, position }: Numbered, error: unknown): Promise<Answered> {
    const request = this.#parts.opener.requestOf(part, position)
    const reply = new CapturedReply(this.#parts.life, request)
    this.#answerError(error, request, reply)
    return { answer: await reply.answered, entityUrl: undefined, produced: Promise.resolve() }
  }

  #answerError(error: unknown, request: IncomingRequest, reply: CapturedReply): void {
    answerError(error, request, reply, this.#parts.opener.limits.bodyBytesMax)
  }

  #tooLate(): HapiError {
    const { deadlineSeconds } = this.#parts
    return new HapiError(
      'TIMED_OUT',
      { seconds: deadlineSeconds },
      { headers: { 'Retry-After': '5' } },
    )
  }
}

type GroupResult =
  | { readonly kind: 'done'; readonly answers: readonly Answered[] }
  /** `at`: the request whose fault it is. */
  | { readonly kind: 'failed'; readonly at: number; readonly error: unknown }

interface PreparedChange extends PreparedWrite {
  readonly request: IncomingRequest
}

function prepareChange(opened: OpenedPart): PreparedChange {
  if (opened.kind === 'read') throw opened.apart
  return { ...opened.prepare(), request: opened.request }
}

async function settledAnswer(
  { answer, entityUrl }: AnswerUnderWay,
  request: IncomingRequest,
): Promise<Answered> {
  const { status, headers, body } = await answer
  const names = Object.entries({ 'odata-version': answerVersion(request), ...headers })
  return {
    answer: {
      status,
      body,
      headers: new Map(names.map(([name, value]) => [name.toLowerCase(), value])),
    },
    entityUrl,
    produced: Promise.resolve(),
  }
}
