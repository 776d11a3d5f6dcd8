/**
 * Answers that are kept for clients who ask again (Idempotency-Key) or later (respond-async), what receivers of webhooks
 * have answered, and what an import that was interrupted has to tell once it goes on: they may quote a person for as long
 * as they are kept.
 */

import type { WriteContext } from '../command/write-context.ts'
import type { Identifiers } from './identifiers.ts'

export interface Quoted {
  readonly identifiers: Identifiers
  /** Whatever else was said about the person, as JSON writes it between its quotation marks. */
  readonly values: readonly string[]
}

/** Gives how many were forgotten. */
export async function forgetAnswers(context: WriteContext, quoted: Quoted): Promise<number> {
  const answers = (await forgetRepeatable(context, quoted)) + (await forgetLater(context, quoted))
  return answers + (await forgetImports(context, quoted))
}

/** Answers looked at in one go: the usual one is a row. */
const PAGE_ROWS = 50

/**
 * Whoever sends such a request again is still told that it was done, and where: forgotten whole, it would be done twice.
 * Of an answer that tells a secret the body is sealed: nobody reads it here, and it is about no person.
 */
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
      `update idempotency_keys k set body = null, status = 204, headers = ${minimal('k.headers')}
         from unnest($2::integer[], $3::text[]) as g(user_id, key)
        where k.account_id = $1 and k.user_id = g.user_id and k.key = g.key`,
      [accountId, gone.map((row) => row['user_id']), gone.map(({ key }) => key)],
    )
    forgotten += gone.length
    const last = page.at(-1)
    if (last === undefined) return forgotten
    after = [last['user_id'] ?? '', last['key'] ?? '']
  }
}

/** Headers of the answer that the client would have had with `Prefer: return=minimal`. */
function minimal(headers: string): string {
  return `${headers} - 'content-type' - 'odata-version' || '{"preference-applied":"return=minimal"}'
    || jsonb_strip_nulls(jsonb_build_object('odata-entityid', ${headers} -> 'location'))`
}

/** Longer than anything that a person is known by: what one piece ends and the next begins is found too. */
const OVERLAP = 400

/**
 * A reading that runs began before, and its answer may still quote the person: whoever waits for it asks again. A change
 * that runs does so after this transaction.
 */
async function forgetLater(context: WriteContext, quoted: Quoted): Promise<number> {
  const { accountId } = context
  const kept = await context.query(
    'select id, sealed, status from async_requests where account_id = $1 and (status is not null or not sealed)',
    [accountId],
  )
  let forgotten = await shortenChanges(context)
  for (const { id, sealed, status } of kept) {
    if (sealed === 't') continue
    if (status !== null && !(await quotesLater(context, id ?? '', quoted))) continue
    await context.query('delete from async_requests where account_id = $1 and id = $2', [
      accountId,
      id,
    ])
    forgotten += 1
  }
  return forgotten
}

/**
 * Refusals that an interrupted import keeps until it goes on: what is left says where, and by which rule. How a row that
 * names the person is called in the source is forgotten, so that rows that refer to it there are refused.
 */
async function forgetImports(context: WriteContext, quoted: Quoted): Promise<number> {
  const { accountId } = context
  let forgotten = 0
  for (let after: readonly [id: string | null, number: number] = [null, 0]; ; ) {
    const page = await context.query(
      `select import_id, number, refusal from import_refusals
        where account_id = $1 and ($2::uuid is null or (import_id, number) > ($2::uuid, $3::integer))
        order by import_id, number limit ${PAGE_ROWS}`,
      [accountId, ...after],
    )
    const gone = page.filter(({ refusal }) => quotes(refusal ?? '', quoted))
    await context.query(
      `update import_refusals r set refusal = g.refusal
         from unnest($2::uuid[], $3::integer[], $4::text[]) as g(import_id, number, refusal)
        where r.account_id = $1 and r.import_id = g.import_id and r.number = g.number`,
      [
        accountId,
        gone.map((row) => row['import_id']),
        gone.map(({ number }) => number),
        gone.map(({ refusal }) => unsaid(refusal ?? '')),
      ],
    )
    forgotten += gone.length
    const last = page.at(-1)
    if (last === undefined) break
    after = [last['import_id'] ?? '', Number(last['number'])]
  }
  const labels = await context.query(
    'select distinct label from import_labels where account_id = $1',
    [accountId],
  )
  const named = labels.flatMap(({ label }) => (quotes(label ?? '', quoted) ? [label] : []))
  await context.query('delete from import_labels where account_id = $1 and label = any ($2)', [
    accountId,
    named,
  ])
  return forgotten
}

/** Of a refusal the place and the code; the word that takes the place of texts would be found as one of the person's. */
function unsaid(refusal: string): string {
  return JSON.stringify({
    ...JSON.parse(refusal),
    value: null,
    message: { fr: '•••', en: '•••' },
  })
}

/**
 * Answers of changes are sealed: of whom they tell nobody can say. What remains is that the change was done, or was
 * refused; an answer of several changes says nothing without its body.
 */
async function shortenChanges({ client, accountId }: WriteContext): Promise<number> {
  const done = `account_id = $1 and sealed and status between 200 and 299 and status <> 204`
  const shortened = await client.texts(
    `with done as (
       update async_requests set status = 204, headers = ${minimal('headers')}
        where ${done} and headers ?| array['location', 'etag'] returning id)
     delete from async_answers a using done
      where a.account_id = $1 and a.request_id = done.id and a.number >= 0 returning a.number`,
    [accountId],
  )
  const deleted = await client.texts(`delete from async_requests where ${done} returning id`, [
    accountId,
  ])
  // The report of an import quotes what it has refused.
  await client.texts(
    `with refused as (
       update async_requests set headers = ${minimal('headers')}
        where account_id = $1 and sealed and status = 422 returning id)
     delete from async_answers a using refused where a.account_id = $1 and a.request_id = refused.id
     returning a.number`,
    [accountId],
  )
  return shortened.filter(({ number }) => number === '0').length + deleted.length
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
