/** What tenants write to the administration (recipe §9). */

import { type DemoRow, type DemoValue, demoRow } from './demo-row.ts'
import type { GenerationContext } from './id-sequences.ts'
import { type DemoTenant, tenantKeys } from './lease-rows.ts'
import { Random } from './random.ts'
import { callsClock, hoursBeforeCalls, instant, later } from './service-call-rows.ts'

interface DemoMessage {
  readonly [property: string]: DemoValue
  readonly Id: number
  readonly Subject: string
  readonly Body: string
  readonly SentDate: string
}

/** A message of a tenant through the portal, the first of its thread. */
export function messageRow(tenant: DemoTenant, given: DemoMessage): DemoRow {
  const first = { ThreadNo: given.Id, Direction: 'E', Status: 'E' }
  return demoRow(
    'Message',
    { ...tenantKeys(tenant), TenantId: tenant.id, ...first, ...given },
    callsClock,
  )
}

type Text = readonly [subject: string, body: string]

const texts: readonly [Text, ...Text[]] = [
  ['Bruit la nuit', 'Bonjour, on entend de la musique après minuit depuis une semaine.'],
  ['Reçu de loyer', 'Bonjour, pouvez-vous me faire parvenir un reçu pour mon loyer de mai?'],
  [
    'Place de stationnement',
    'Bonjour, une autre auto occupe souvent ma place. Merci de voir à cela.',
  ],
  ['Changement de téléphone', 'Bonjour, mon numéro a changé. À qui dois-je le donner?'],
]

/** One tenant in twenty has written. */
const tenantsPerMessage = 20
const oldestHours = 60 * 24
/** Older ones have been read. */
const unreadHours = 7 * 24

export function* generatedMessageRows(
  tenant: DemoTenant,
  context: GenerationContext,
): Iterable<DemoRow> {
  if (tenant.id % tenantsPerMessage !== 0) return
  const id = context.ids.nextId('Message')
  const random = Random.of('Message', id, context.salt)
  const [subject, body] = random.pick(texts)
  const age = 1 + random.below(oldestHours)
  const sent = hoursBeforeCalls(age)
  const isRead = age > unreadHours
  yield messageRow(tenant, {
    Id: id,
    Subject: subject,
    Body: body,
    SentDate: instant(sent),
    ReadDate: isRead ? instant(later(sent, 60)) : null,
    Status: isRead ? 'L' : 'E',
  })
}
