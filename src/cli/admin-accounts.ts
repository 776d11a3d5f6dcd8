/** `hapi admin account …` and `hapi admin integrator …` */

import type { Command } from 'commander'
import { createAccount, getAccount, listAccounts } from '../auth/accounts.ts'
import { createIntegrator, listIntegrators } from '../auth/integrators.ts'
import type { Column } from './answer.ts'
import type { CommandContext } from './command-context.ts'
import { parseInstant } from './usage-refusal.ts'

const ACCOUNT: readonly Column[] = [
  { key: 'accountId', fr: 'Id', en: 'Id' },
  { key: 'databaseName', fr: 'Compte', en: 'Account', essential: true },
  { key: 'name', fr: 'Nom', en: 'Name' },
  { key: 'pinnedAt', fr: 'Horloge arrêtée à', en: 'Clock stopped at' },
  { key: 'createdDate', fr: 'Créé', en: 'Created' },
]

const INTEGRATOR: readonly Column[] = [
  { key: 'databaseName', fr: 'Compte', en: 'Account' },
  { key: 'name', fr: 'Intégrateur', en: 'Integrator', essential: true },
  { key: 'createdDate', fr: 'Créé', en: 'Created' },
]

export function addAccountCommands(admin: Command, context: CommandContext): void {
  const group = context.group(admin, 'account', {
    fr: 'les comptes : un gestionnaire immobilier chacun',
    en: 'the accounts: one property manager each',
  })
  const create = context
    .command(group, 'create <databaseName>', { fr: 'créer un compte', en: 'create an account' })
    .requiredOption('--name <name>', context.text({ fr: 'nom du client', en: "client's name" }))
    .option(
      '--pinned-at <instant>',
      context.text({ fr: 'bac à sable : arrêter son horloge', en: 'sandbox: stop its clock' }),
      parseInstant,
    )
  create.action((databaseName: string) => {
    const { name, pinnedAt } = create.opts<{ name: string; pinnedAt?: Date }>()
    return context.answer(create, async (database) => ({
      columns: ACCOUNT,
      isList: false,
      rows: [
        await createAccount(database, {
          databaseName,
          name,
          ...(pinnedAt === undefined ? {} : { pinnedAt }),
        }),
      ],
    }))
  })
  const list = context.command(group, 'list', { fr: 'les lister', en: 'list them' })
  list.action(() =>
    context.answer(list, async (database) => ({
      columns: ACCOUNT,
      isList: true,
      rows: await listAccounts(database),
    })),
  )
  const show = context.command(group, 'show <databaseName>', {
    fr: 'en montrer un',
    en: 'show one',
  })
  show.action((databaseName: string) =>
    context.answer(show, async (database) => ({
      columns: ACCOUNT,
      isList: false,
      rows: [await getAccount(database, databaseName)],
    })),
  )
}

export function addIntegratorCommands(admin: Command, context: CommandContext): void {
  const group = context.group(admin, 'integrator', {
    fr: "les intégrateurs : les applications d'un compte",
    en: 'the integrators: the applications of an account',
  })
  const create = context
    .command(group, 'create <name>', { fr: 'créer un intégrateur', en: 'create an integrator' })
    .requiredOption('--account <databaseName>', context.text({ fr: 'compte', en: 'account' }))
  create.action((integrator: string) => {
    const { account: databaseName } = create.opts<{ account: string }>()
    return context.answer(create, async (database) => ({
      columns: INTEGRATOR,
      isList: false,
      rows: [await createIntegrator(database, { databaseName, integrator })],
    }))
  })
  const list = context
    .command(group, 'list', { fr: 'les lister', en: 'list them' })
    .option('--account <databaseName>', context.text({ fr: "d'un compte", en: 'of one account' }))
  list.action(() => {
    const { account } = list.opts<{ account?: string }>()
    return context.answer(list, async (database) => ({
      columns: INTEGRATOR,
      isList: true,
      rows: await listIntegrators(database, account),
    }))
  })
}
