/** `hapi admin account …` and `hapi admin integrator …` */

import { type Command, InvalidArgumentError } from 'commander'
import {
  type Account,
  createAccount,
  getAccount,
  listAccounts,
  restoreAccount,
  revokeAccount,
  setDocumentsMax,
} from '../auth/accounts.ts'
import { createIntegrator, listIntegrators } from '../auth/integrators.ts'
import type { Database } from '../db/database.ts'
import type { BilingualText } from '../db/startup-refusal.ts'
import { requiredAccount } from './account-option.ts'
import type { Column } from './answer.ts'
import type { CommandContext } from './command-context.ts'
import { addList } from './list-command.ts'
import { parseInstant } from './usage-refusal.ts'

const ACCOUNT: readonly Column[] = [
  { key: 'accountId', fr: 'Id', en: 'Id' },
  { key: 'databaseName', fr: 'Compte', en: 'Account', essential: true },
  { key: 'name', fr: 'Nom', en: 'Name' },
  { key: 'pinnedAt', fr: 'Horloge arrêtée à', en: 'Clock stopped at' },
  { key: 'createdDate', fr: 'Créé', en: 'Created' },
  { key: 'revokedDate', fr: 'Révoqué', en: 'Revoked' },
]

const DOCUMENTS_MAX: readonly Column[] = [
  { key: 'databaseName', fr: 'Compte', en: 'Account' },
  {
    key: 'documentsMibMax',
    fr: 'Documents, Mio au plus',
    en: 'Documents, MiB at most',
    essential: true,
  },
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
  addOneAccountCommand(group, context, 'show', getAccount, { fr: 'en montrer un', en: 'show one' })
  addDocumentsMaxCommand(group, context)
  addOneAccountCommand(group, context, 'revoke', revokeAccount, {
    fr: "en révoquer un : plus personne n'y entre, les données restent",
    en: 'revoke one: nobody signs in any more, the data stay',
  })
  addOneAccountCommand(group, context, 'restore', restoreAccount, {
    fr: 'lever sa révocation',
    en: 'take its revocation back',
  })
}

/** Greater ones mean nothing: 2 PiB. */
const MIB_MAX = 2_147_483_647

function addDocumentsMaxCommand(group: Command, context: CommandContext): void {
  const command = context
    .command(group, 'documents-max <databaseName>', {
      fr: "borner l'espace que prennent les contenus de ses documents",
      en: 'bound the space that contents of its documents take',
    })
    .option(
      '--mib <number>',
      context.text({
        fr: 'mébioctets; absent : le réglage HAPI_LIMIT_ACCOUNT_DOCUMENTS_MIB vaut',
        en: 'mebibytes; absent: the setting HAPI_LIMIT_ACCOUNT_DOCUMENTS_MIB holds',
      }),
      parseMib,
    )
  command.action((databaseName: string) =>
    context.answer(command, async (database) => {
      const { mib = null } = command.opts<{ mib?: number }>()
      await setDocumentsMax(database, databaseName, mib)
      return {
        columns: DOCUMENTS_MAX,
        isList: false,
        rows: [{ databaseName, documentsMibMax: mib }],
      }
    }),
  )
}

function parseMib(text: string): number {
  const mib = Number(text)
  if (!/^\d+$/.test(text) || mib > MIB_MAX)
    throw new InvalidArgumentError(`'${text}' (0 … ${MIB_MAX})`)
  return mib
}

/** A command over one account that answers the account. */
function addOneAccountCommand(
  group: Command,
  context: CommandContext,
  name: string,
  work: (database: Database, databaseName: string) => Promise<Account>,
  description: BilingualText,
): void {
  const command = context.command(group, `${name} <databaseName>`, description)
  command.action((databaseName: string) =>
    context.answer(command, async (database) => ({
      columns: ACCOUNT,
      isList: false,
      rows: [await work(database, databaseName)],
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
    .addOption(requiredAccount(context))
  create.action((integrator: string) => {
    const { account: databaseName } = create.opts<{ account: string }>()
    return context.answer(create, async (database) => ({
      columns: INTEGRATOR,
      isList: false,
      rows: [await createIntegrator(database, { databaseName, integrator })],
    }))
  })
  addList(group, context, { columns: INTEGRATOR, read: listIntegrators })
}
