/** `hapi admin secrets …` */

import type { Command } from 'commander'
import { AdministrationRefusal } from '../auth/administration-refusal.ts'
import type { Database } from '../db/database.ts'
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
]

/** A line that a person reads; the rest shows when these are dealt with. */
const NAMED_MAX = 1_000

export function addSecretsCommands(admin: Command, context: CommandContext): void {
  const group = context.group(admin, 'secrets', {
    fr: 'les secrets de webhooks que la base garde chiffrés',
    en: 'the secrets of webhooks that the database keeps sealed',
  })
  const rotate = context
    .command(group, 'rotate', {
      fr: 'chiffrer de nouveau sous la clé courante ce qui l’est sous la précédente, pendant que les webhooks partent',
      en: 'seal under the current key what is sealed under the previous one, while webhooks are delivered',
    })
    .option(
      '--end-unopened',
      context.text({
        fr: 'mettre fin aux destinations dont la clé est perdue; leurs intégrateurs devront s’y abonner de nouveau',
        en: 'end the endpoints whose key is lost; their integrators have to subscribe again',
      }),
    )
  rotate.action(async () => {
    const { endUnopened = false } = rotate.opts<{ endUnopened?: boolean }>()
    const box = await openSecretBox(context.configOf(rotate))
    let left = 0
    await context.answer(rotate, async (database) => {
      const { unopened, ...counts } = await sealAgain(database, box)
      const ended = endUnopened ? await endAll(database, unopened) : 0
      left = endUnopened ? 0 : unopened.length
      const endpoints = unopened.slice(0, NAMED_MAX).map(nameOf)
      return {
        columns: ROTATION,
        isList: false,
        rows: [{ ...counts, unopened: unopened.length, ended, endpoints }],
      }
    })
    if (left > 0) throw notAllOpened(left)
  })
}

async function endAll(database: Database, endpoints: readonly EndpointName[]): Promise<number> {
  let ended = 0
  for (const endpoint of endpoints) if (await endLostEndpoint(database, endpoint)) ended++
  return ended
}

/** `DEV/ALEX 12`: account and Id. */
function nameOf({ databaseName, endpointId }: EndpointName): string {
  return `${databaseName} ${endpointId}`
}

function notAllOpened(count: number): AdministrationRefusal {
  return new AdministrationRefusal({
    fr: `Les secrets de ${count} destination(s) ne s'ouvrent ni par HAPI_SECRETS_KEY ni par HAPI_SECRETS_KEY_PREVIOUS. Donnez par HAPI_SECRETS_KEY_PREVIOUS la clé qui les a chiffrés et recommencez; si elle est perdue, ajoutez --end-unopened.`,
    en: `The secrets of ${count} endpoint(s) open neither by HAPI_SECRETS_KEY nor by HAPI_SECRETS_KEY_PREVIOUS. Give the key that sealed them by HAPI_SECRETS_KEY_PREVIOUS and run this again; if it is lost, add --end-unopened.`,
  })
}
