/** W-01: where events are sent, and by which headers. */

import { HapiError } from '../../errors/hapi-error.ts'
import type { CustomHeader } from '../../webhooks/custom-headers.ts'
import { readCustomHeaders } from '../../webhooks/custom-headers.ts'
import { readDestination } from '../../webhooks/destination.ts'
import { shownName } from '../../webhooks/endpoints.ts'
import { openHeaders } from '../../webhooks/sealed-headers.ts'
import type { Change } from '../command/change.ts'
import { requiredText, textOf } from '../command/row.ts'
import type { Rule } from '../command/rule.ts'
import type { WriteContext } from '../command/write-context.ts'

export const endpointDestination: Rule = {
  number: 'W-01',
  on: ['create', 'update'],
  errors: [
    'WEBHOOK_URL_INVALID',
    'WEBHOOK_HTTP_REFUSED',
    'WEBHOOK_ADDRESS_REFUSED',
    'WEBHOOK_HEADERS_INVALID',
  ],
  prepare: async (change, context) => {
    if (change.changes('Url'))
      await refusing(change, async () => {
        const { egress } = context.webhooks
        change.set('Url', readDestination(requiredText(change.after, 'Url'), egress, 'Url'))
      })
    if (change.changes('ResponseHeaders'))
      await refusing(change, () => headersOf(change, context).then(() => {}))
  },
}

/** What a value is shown as; `custom-headers.ts` and the view write it. */
const MASK = '••••••'

/**
 * The headers that the endpoint is to have. A value that is shown masked, and sent back as it was shown, is the one
 * that is stored under the name. Throws HapiError: WEBHOOK_HEADERS_INVALID.
 */
export async function headersOf(
  change: Change,
  context: WriteContext,
): Promise<readonly CustomHeader[]> {
  const text = textOf(change.after, 'ResponseHeaders')
  if (text?.includes(MASK) !== true) return readCustomHeaders(text, 'ResponseHeaders')
  // The reader takes visible characters alone: it is given others for the masks, which no value contains.
  const kept = placeholderFor(text)
  const stored = await storedHeaders(change, context)
  return readCustomHeaders(text.replaceAll(MASK, kept), 'ResponseHeaders').map((header, index) => {
    if (header.value !== kept) return header
    const known = stored.find(({ name }) => isShownAs(name, header.name))
    if (known !== undefined) return known
    throw unknownValue(index + 1)
  })
}

function isShownAs(name: string, shown: string): boolean {
  return shownName(name).toLowerCase() === shown.toLowerCase()
}

function placeholderFor(text: string): string {
  let placeholder = 'kept'
  while (text.includes(placeholder)) placeholder += '!'
  return placeholder
}

async function storedHeaders(
  { before }: Change,
  { client, accountId, webhooks }: WriteContext,
): Promise<readonly CustomHeader[]> {
  if (before === undefined) return []
  const id = Number(before['Id'])
  const [row] = await client.lists(
    "select encode(headers, 'hex') from webhooks.endpoints where account_id = $1 and id = $2",
    [accountId, id],
  )
  const sealed = row?.[0] ?? null
  return openHeaders(
    webhooks.secretBox,
    { accountId, endpointId: id },
    sealed === null ? null : Buffer.from(sealed, 'hex'),
  )
}

function unknownValue(position: number): HapiError {
  const reason = {
    fr: `la valeur de l'en-tête ${position} est masquée, et aucune n'est conservée sous ce nom`,
    en: `the value of header ${position} is masked, and none is kept under that name`,
  }
  return new HapiError('WEBHOOK_HEADERS_INVALID', { reason }, { target: 'ResponseHeaders' })
}

async function refusing(change: Change, work: () => Promise<void>): Promise<void> {
  try {
    await work()
  } catch (error) {
    if (!(error instanceof HapiError)) throw error
    const { code, values, target } = error
    change.refuse(code, values, target === undefined ? {} : { target })
  }
}
