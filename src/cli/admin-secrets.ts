/** `hapi admin secrets …` */

import type { Command } from 'commander'
import { AdministrationRefusal } from '../auth/administration-refusal.ts'
import type { Database } from '../db/database.ts'
import {
  cancelLostAgreement,
  sealNumbersAgain,
  type UnopenedAgreement,
} from '../domain/pad/sealed-numbers.ts'
import { openSecretBox } from '../secrets/secret-box.ts'
import { endLostEndpoint } from '../webhooks/endpoint-states.ts'
import { type EndpointName, sealAgain } from '../webhooks/sealed-secrets.ts'
import type { Column } from './answer.ts'
import type { CommandContext } from './command-context.ts'

const ROTATION: readonly Column[] = [
  { key: 'sealed', fr: 'Chiffrés de nouveau', en: 'Sealed again', essential: true },
  { key: 'current', fr: 'Déjà sous la clé courante', en: 'Under the current key already' },
  { key: 'unopened', fr: 'Ne s’ouvrent pas', en: 'Cannot be opened' },
  { key: 'ended', fr: 'Terminés', en: 'Ended' },
  { key: 'endpoints', fr: 'Destinations', en: 'Endpoints' },
  {
    key: 'numbersSealed',
    fr: 'Numéros de compte chiffrés de nouveau',
    en: 'Account numbers sealed again',
  },
  {
    key: 'numbersCurrent',
    fr: 'Numéros déjà sous la clé courante',
    en: 'Numbers under the current key already',
  },
  {
    key: 'numbersUnopened',
    fr: 'Numéros qui ne s’ouvrent pas',
    en: 'Numbers that cannot be opened',
  },
  { key: 'numbersEnded', fr: 'Accords annulés', en: 'Agreements cancelled' },
  { key: 'agreements', fr: 'Accords', en: 'Agreements' },
]

/** A line that a person reads; the rest shows when these are dealt with. */
const NAMED_MAX = 1_000

export function addSecretsCommands(admin: Command, context: CommandContext): void {
  const group = context.group(admin, 'secrets', {
    fr: 'les secrets de webhooks et les numéros de compte bancaire que la base garde chiffrés',
    en: 'the secrets of webhooks and the numbers of bank accounts that the database keeps sealed',
  })
  const rotate = context
    .command(group, 'rotate', {
      fr: 'chiffrer de nouveau sous la clé courante ce qui l’est sous la précédente, pendant que les webhooks partent',
      en: 'seal under the current key what is sealed under the previous one, while webhooks are delivered',
    })
    .option(
      '--end-unopened',
      context.text({
        fr: 'mettre fin aux destinations et aux accords de paiement préautorisé dont la clé est perdue; il faudra s’abonner de nouveau, et faire de nouveaux accords',
        en: 'end the endpoints and the pre-authorized debit agreements whose key is lost; they have to be subscribed to and entered again',
      }),
    )
  rotate.action(async () => {
    const { endUnopened = false } = rotate.opts<{ endUnopened?: boolean }>()
    const box = await openSecretBox(context.configOf(rotate))
    let left = { endpoints: 0, agreements: 0 }
    await context.answer(rotate, async (database) => {
      const { unopened, ...counts } = await sealAgain(database, box)
      const numbers = await sealNumbersAgain(database, box)
      const ended = endUnopened ? await endAll(database, unopened) : 0
      const numbersEnded = endUnopened ? await cancelAll(database, numbers.unopened) : 0
      if (!endUnopened) left = { endpoints: unopened.length, agreements: numbers.unopened.length }
      const row = {
        ...counts,
        unopened: unopened.length,
        ended,
        endpoints: unopened.slice(0, NAMED_MAX).map(nameOf),
        numbersSealed: numbers.sealed,
        numbersCurrent: numbers.current,
        numbersUnopened: numbers.unopened.length,
        numbersEnded,
        agreements: numbers.unopened.slice(0, NAMED_MAX).map(agreementName),
      }
      return { columns: ROTATION, isList: false, rows: [row] }
    })
    if (left.endpoints + left.agreements > 0) throw notAllOpened(left)
  })
}

async function endAll(database: Database, endpoints: readonly EndpointName[]): Promise<number> {
  let ended = 0
  for (const endpoint of endpoints) if (await endLostEndpoint(database, endpoint)) ended++
  return ended
}

async function cancelAll(
  database: Database,
  agreements: readonly UnopenedAgreement[],
): Promise<number> {
  let cancelled = 0
  for (const agreement of agreements)
    if (await cancelLostAgreement(database, agreement)) cancelled++
  return cancelled
}

function agreementName({ databaseName, id }: UnopenedAgreement): string {
  return `${databaseName} ${id}`
}

/** `DEV/ALEX 12`: account and Id. */
function nameOf({ databaseName, endpointId }: EndpointName): string {
  return `${databaseName} ${endpointId}`
}

function notAllOpened({ endpoints, agreements }: Left): AdministrationRefusal {
  return new AdministrationRefusal({
    fr: `Les secrets de ${endpoints} destination(s) et les numéros de compte de ${agreements} accord(s) ne s'ouvrent ni par HAPI_SECRETS_KEY ni par HAPI_SECRETS_KEY_PREVIOUS. Donnez par HAPI_SECRETS_KEY_PREVIOUS la clé qui les a chiffrés et recommencez; si elle est perdue, ajoutez --end-unopened.`,
    en: `The secrets of ${endpoints} endpoint(s) and the account numbers of ${agreements} agreement(s) open neither by HAPI_SECRETS_KEY nor by HAPI_SECRETS_KEY_PREVIOUS. Give the key that sealed them by HAPI_SECRETS_KEY_PREVIOUS and run this again; if it is lost, add --end-unopened.`,
  })
}

interface Left {
  readonly endpoints: number
  readonly agreements: number
}
