/**
 * Answers that are kept for clients who ask again (Idempotency-Key) or later (respond-async), and what receivers of
 * webhooks have answered: they may quote a person for as long as they are kept.
 */

import type { WriteContext } from '../command/write-context.ts'
import type { Identifiers } from './identifiers.ts'

export interface Quoted {
  readonly identifiers: Identifiers
  /** Whatever else was said about the person, as it was written. */
  readonly values: readonly string[]
}

/** Gives how many were forgotten. */
export async function forgetAnswers(context: WriteContext, quoted: Quoted): Promise<number> {
  return (await forgetRepeatable(context, quoted)) + (await forgetLater(context, quoted))
}

/** Answers looked at in one go: the usual one is a row. */
const PAGE_ROWS = 50

/** Of an answer that tells a secret the body is sealed: nobody reads it here, and it is about no person. */
async function forgetRepeatable(context: WriteContext, quoted: Quoted): Promise<number> {
  const { accountId } = context
  let after: readonly [userId: string, key: string] = ['0', '']
  let forgotten = 0
  for (;;) {
    const page = await context.query(
      `select user_id, key, encode(body, 'base64') as body from idempotency_keys
        where account_id = $1 and body is not null and (user_id, key) > ($2::integer, $3)
        order by user_id, key limit ${PAGE_ROWS}`,
      [accountId, ...after],
    )
    const gone = page.filter(({ body }) => quotes(textOfBase64(body), quoted))
    await context.query(
      `delete from idempotency_keys k using unnest($2::integer[], $3::text[]) as g(user_id, key)
        where k.account_id = $1 and k.user_id = g.user_id and k.key = g.key`,
      [accountId, gone.map((row) => row['user_id']), gone.map(({ key }) => key)],
    )
    forgotten += gone.length
    const last = page.at(-1)
    if (last === undefined) return forgotten
    after = [last['user_id'] ?? '', last['key'] ?? '']
  }
}

/** Longer than anything that a person is known by: what one piece ends and the next begins is found too. */
const OVERLAP = 400

/** Of what is sealed nobody can tell; whoever has not fetched it yet asks again. */
async function forgetLater(context: WriteContext, quoted: Quoted): Promise<number> {
  const { accountId } = context
  const kept = await context.query(
    'select id, sealed from async_requests where account_id = $1 and status is not null',
    [accountId],
  )
  let forgotten = 0
  for (const { id, sealed } of kept) {
    if (sealed !== 't' && !(await quotesLater(context, id ?? '', quoted))) continue
    await context.query('delete from async_requests where account_id = $1 and id = $2', [
      accountId,
      id,
    ])
    forgotten += 1
  }
  return forgotten
}

async function quotesLater(context: WriteContext, id: string, quoted: Quoted): Promise<boolean> {
  let before = ''
  for (let number = 0; ; number++) {
    const [piece] = await context.query(
      `select encode(bytes, 'base64') as bytes from async_answers
        where account_id = $1 and request_id = $2 and number = $3`,
      [context.accountId, id, number],
    )
    if (piece === undefined) return false
    const text = before + textOfBase64(piece['bytes'])
    if (quotes(text, quoted)) return true
    before = text.slice(-OVERLAP)
  }
}

/** Bodies of receivers' answers; gives how many were emptied. */
export async function emptyReceiversAnswers(
  context: WriteContext,
  quoted: Quoted,
): Promise<number> {
  const { accountId } = context
  const { texts, phones } = quoted.identifiers
  if (texts.length + phones.length === 0) return 0
  const rows = await context.query(
    `update webhooks.attempts set response_body = null
      where account_id = $1 and response_body is not null
        and (search_text(array[response_body]::text[]) like any ($2::text[])
             or regexp_replace(response_body, '\\D', '', 'g') like any ($3::text[]))
      returning id`,
    [accountId, texts, phones],
  )
  return rows.length
}

function textOfBase64(text: string | null | undefined): string {
  return Buffer.from(text ?? '', 'base64').toString()
}

function quotes(text: string, { identifiers, values }: Quoted): boolean {
  return identifiers.isIn(text) || values.some((value) => text.includes(value))
}
