/** Runs a read and sends its answer: whole when it is small, else as a stream that waits for its receiver. */

import type { ReadSession } from '../../db/read-session.ts'
import { JsonOutput } from '../../odata/serialize/json-output.ts'
import { AnswerBody, ReceiverGone } from './answer-body.ts'
import type { IncomingRequest, OutgoingReply } from './exchange.ts'
import { type Answered, type Execution, executeRequest } from './execute-request.ts'
import { translateReadError } from './read-error.ts'

/** The execution of a read, whose session is given back at its end. */
type ReadExecution = Execution & {
  readonly session: ReadSession
  /** Throws what costs too much, before it runs. Absent: what cannot. */
  readonly admit?: () => Promise<void>
}

/** Runs the request; the answer is whole when it is small, and streams from its first full buffer on. */
export async function sendAnswer(
  execution: ReadExecution,
  request: IncomingRequest,
  reply: OutgoingReply,
  readTimeoutMs: number,
): Promise<OutgoingReply> {
  let body: AnswerBody | undefined
  let announceStream: (body: AnswerBody) => void = () => {}
  const streaming = new Promise<AnswerBody>((resolve) => (announceStream = resolve))
  const out = new JsonOutput((bytes) => {
    body ??= new AnswerBody()
    announceStream(body)
    return body.write(bytes)
  })
  // A receiver that leaves before the first byte must not keep the database busy.
  const abandon = (): void => void execution.session.interrupt()
  reply.raw.once('close', abandon)
  const running = admitAndExecute(execution, out)
  const first = await Promise.race([
    running.then(
      (answered) => ({ answered }) as const,
      (error: unknown) => ({ error }) as const,
    ),
    streaming,
  ])
  reply.raw.off('close', abandon)
  reply.header('content-type', execution.negotiated.contentType)
  if (first instanceof AnswerBody)
    return streamAnswer(execution.session, running, first, out, request, reply)
  await execution.session.release()
  if (reply.raw.destroyed) return reply.hijack()
  if ('error' in first) throw translateReadError(first.error, readTimeoutMs)
  if (first.answered === 'unchanged') return reply.removeHeader('content-type').code(304).send()
  if (first.answered === 'empty') return reply.removeHeader('content-type').code(204).send()
  return reply.send(out.buffer.view())
}

async function admitAndExecute(execution: ReadExecution, out: JsonOutput): Promise<Answered> {
  await execution.admit?.()
  return executeRequest(execution, out)
}

/** The slot and the session are held until the last byte is out or the receiver has gone. */
async function streamAnswer(
  session: ReadSession,
  running: Promise<unknown>,
  body: AnswerBody,
  out: JsonOutput,
  request: IncomingRequest,
  reply: OutgoingReply,
): Promise<OutgoingReply> {
  const gone = (): void => {
    body.destroy()
  }
  reply.raw.once('close', gone)
  reply.send(body)
  body.on('error', () => {})
  try {
    await running
    body.end(out.buffer.view())
    await session.release()
  } catch (error) {
    // The status line is out: cutting the connection is the only way left to say that the answer is not whole.
    if (!(error instanceof ReceiverGone)) request.log.error({ err: error }, 'Answer cut')
    await session.cancel()
    reply.raw.destroy()
  } finally {
    reply.raw.off('close', gone)
  }
  return reply
}
