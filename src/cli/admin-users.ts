/** `hapi admin user …` */

import type { Command } from 'commander'
import { PasswordHasher } from '../auth/password-hasher.ts'
import { changePassword, createUser, listUsers, revokeUser } from '../auth/users.ts'
import type { BilingualText } from '../db/startup-refusal.ts'
import { requiredAccount } from './account-option.ts'
import type { Column } from './answer.ts'
import type { CommandContext } from './command-context.ts'
import { addList } from './list-command.ts'
import { UsageRefusal } from './usage-refusal.ts'

const USER: readonly Column[] = [
  { key: 'databaseName', fr: 'Compte', en: 'Account' },
  { key: 'integrator', fr: 'Intégrateur', en: 'Integrator' },
  { key: 'userName', fr: 'Utilisateur', en: 'User', essential: true },
  { key: 'profile', fr: 'Profil', en: 'Profile' },
  { key: 'createdDate', fr: 'Créé', en: 'Created' },
  { key: 'revokedDate', fr: 'Révoqué', en: 'Revoked' },
]

const USER_WITH_PASSWORD: readonly Column[] = [
  ...USER.map(({ key, fr, en }) => ({ key, fr, en })),
  { key: 'password', fr: 'Mot de passe', en: 'Password', essential: true },
]

const SHOWN_ONCE: BilingualText = {
  fr: 'Notez ce mot de passe : il ne sera plus montré.',
  en: 'Write this password down: it will not be shown again.',
}

/** A password of an argument would be seen by every user of the machine. */
const PASSWORD_STDIN: BilingualText = {
  fr: "lire le mot de passe sur l'entrée standard; sinon il est tiré au sort",
  en: 'read the password from standard input; else it is drawn',
}

export function addUserCommands(admin: Command, context: CommandContext): void {
  const group = context.group(admin, 'user', {
    fr: 'les utilisateurs : un par intégrateur',
    en: 'the users: one per integrator',
  })
  addCreate(group, context)
  addList(group, context, { columns: USER, read: listUsers })
  addPassword(group, context)
  addRevoke(group, context)
}

function addCreate(group: Command, context: CommandContext): void {
  const create = context
    .command(group, 'create <userName>', { fr: 'créer un utilisateur', en: 'create a user' })
    .addOption(requiredAccount(context))
    .requiredOption('--integrator <name>', context.text({ fr: 'intégrateur', en: 'integrator' }))
    .option(
      '--profile <profile>',
      context.text({
        fr: 'integrator (par défaut) ou administrator',
        en: 'integrator (the default) or administrator',
      }),
    )
    .option('--password-stdin', context.text(PASSWORD_STDIN))
  create.action(async (userName: string) => {
    const options = create.opts<{ account: string; integrator: string; profile?: string }>()
    const user = {
      databaseName: options.account,
      integrator: options.integrator,
      userName,
      profile: parseProfile(options.profile ?? 'integrator'),
      ...(await givenPassword(create, context)),
    }
    await context.answer(create, async (database) => ({
      columns: USER_WITH_PASSWORD,
      isList: false,
      rows: [await createUser(database, await PasswordHasher.create(), user)],
      notice: SHOWN_ONCE,
    }))
  })
}

function addPassword(group: Command, context: CommandContext): void {
  const password = context
    .command(group, 'password <userName>', {
      fr: 'changer le mot de passe; les jetons en cours cessent',
      en: 'change the password; live tokens stop',
    })
    .addOption(requiredAccount(context))
    .option('--password-stdin', context.text(PASSWORD_STDIN))
  password.action(async (userName: string) => {
    const { account: databaseName } = password.opts<{ account: string }>()
    const user = { databaseName, userName, ...(await givenPassword(password, context)) }
    await context.answer(password, async (database) => ({
      columns: USER_WITH_PASSWORD,
      isList: false,
      rows: [await changePassword(database, await PasswordHasher.create(), user)],
      notice: SHOWN_ONCE,
    }))
  })
}

function addRevoke(group: Command, context: CommandContext): void {
  const revoke = context
    .command(group, 'revoke <userName>', {
      fr: 'révoquer pour de bon; les jetons en cours cessent',
      en: 'revoke for good; live tokens stop',
    })
    .addOption(requiredAccount(context))
  revoke.action((userName: string) => {
    const { account: databaseName } = revoke.opts<{ account: string }>()
    return context.answer(revoke, async (database) => ({
      columns: USER,
      isList: false,
      rows: [await revokeUser(database, { databaseName, userName })],
    }))
  })
}

function parseProfile(text: string): 'integrator' | 'administrator' {
  if (text === 'integrator' || text === 'administrator') return text
  throw new UsageRefusal({
    fr: `--profile « ${text} » : il faut integrator ou administrator.`,
    en: `--profile '${text}': expected integrator or administrator.`,
  })
}

async function givenPassword(
  command: Command,
  context: CommandContext,
): Promise<{ readonly password?: string }> {
  if (command.opts<{ passwordStdin?: true }>().passwordStdin !== true) return {}
  let input = ''
  for await (const chunk of context.dependencies.stdin) {
    input += typeof chunk === 'string' ? chunk : Buffer.from(chunk).toString()
  }
  return { password: input.replace(/\r?\n$/, '') }
}
