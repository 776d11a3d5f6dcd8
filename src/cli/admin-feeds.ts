/** `hapi admin feed …` */

import type { Command } from 'commander'
import {
  changeFeedPassword,
  createFeed,
  listFeeds,
  revokeFeed,
  setFeedModules,
} from '../auth/feeds.ts'
import { PasswordHasher } from '../auth/password-hasher.ts'
import type { BilingualText } from '../db/startup-refusal.ts'
import { powerBiFile } from '../derive/power-bi-file.ts'
import { modules } from '../model/modules.ts'
import { requiredAccount } from './account-option.ts'
import type { Column } from './answer.ts'
import type { CommandContext } from './command-context.ts'
import { addList } from './list-command.ts'
import { UsageRefusal } from './usage-refusal.ts'

const FEED: readonly Column[] = [
  { key: 'userName', fr: 'Nom', en: 'Name', essential: true },
  { key: 'databaseName', fr: 'Compte', en: 'Account' },
  { key: 'name', fr: 'Sert à', en: 'Used for' },
  { key: 'modules', fr: 'Modules', en: 'Modules' },
  { key: 'createdDate', fr: 'Créé', en: 'Created' },
  { key: 'lastUsedDate', fr: 'Dernier usage', en: 'Last used' },
  { key: 'revokedDate', fr: 'Révoqué', en: 'Revoked' },
]

const FEED_WITH_PASSWORD: readonly Column[] = [
  { key: 'databaseName', fr: 'Compte', en: 'Account' },
  { key: 'name', fr: 'Sert à', en: 'Used for' },
  { key: 'modules', fr: 'Modules', en: 'Modules' },
  { key: 'userName', fr: 'Nom', en: 'Name', essential: true },
  { key: 'password', fr: 'Mot de passe', en: 'Password', essential: true },
]

const SHOWN_ONCE: BilingualText = {
  fr: 'Notez ce mot de passe : il ne sera plus montré.',
  en: 'Write this password down: it will not be shown again.',
}

export function addFeedCommands(admin: Command, context: CommandContext): void {
  const group = context.group(admin, 'feed', {
    fr: 'les comptes de flux : Power BI et Excel lisent par eux, sans jamais écrire',
    en: 'the feed accounts: Power BI and Excel read by them, and never write',
  })
  addCreate(group, context)
  addList(group, context, { columns: FEED, read: listFeeds })
  addModules(group, context)
  addPassword(group, context)
  addRevoke(group, context)
  addFile(group, context)
}

function addCreate(group: Command, context: CommandContext): void {
  const create = withModules(
    context
      .command(group, 'create <name>', {
        fr: 'créer un compte de flux; le nom dit à quoi il sert',
        en: 'create a feed account; the name says what it is for',
      })
      .addOption(requiredAccount(context)),
    context,
  )
  create.action((name: string) => {
    const { account } = create.opts<{ account: string }>()
    const feed = { databaseName: account, name, modules: modulesOf(create) }
    return context.answer(create, async (database) => ({
      columns: FEED_WITH_PASSWORD,
      isList: false,
      rows: [await createFeed(database, await PasswordHasher.create(), feed)],
      notice: SHOWN_ONCE,
    }))
  })
}

function addModules(group: Command, context: CommandContext): void {
  const command = withModules(
    context.command(group, 'modules <feed>', {
      fr: 'choisir les modules que le compte lit',
      en: 'choose the modules that the account reads',
    }),
    context,
  )
  command.action((userName: string) =>
    context.answer(command, async (database) => ({
      columns: FEED,
      isList: false,
      rows: [await setFeedModules(database, userName, modulesOf(command))],
    })),
  )
}

function addPassword(group: Command, context: CommandContext): void {
  const password = context.command(group, 'password <feed>', {
    fr: "tirer un nouveau mot de passe; l'ancien cesse aussitôt",
    en: 'draw a new password; the old one stops at once',
  })
  password.action((userName: string) =>
    context.answer(password, async (database) => ({
      columns: FEED_WITH_PASSWORD,
      isList: false,
      rows: [await changeFeedPassword(database, await PasswordHasher.create(), userName)],
      notice: SHOWN_ONCE,
    })),
  )
}

function addRevoke(group: Command, context: CommandContext): void {
  const revoke = context.command(group, 'revoke <feed>', {
    fr: 'révoquer pour de bon',
    en: 'revoke for good',
  })
  revoke.action((userName: string) =>
    context.answer(revoke, async (database) => ({
      columns: FEED,
      isList: false,
      rows: [await revokeFeed(database, userName)],
    })),
  )
}

/** The same file as `GET /api/feed.pbids`, for an address that is not that of this machine. */
function addFile(group: Command, context: CommandContext): void {
  const file = context
    .command(group, 'pbids', {
      fr: 'écrire le fichier .pbids que Power BI Desktop ouvre',
      en: 'write the .pbids file that Power BI Desktop opens',
    })
    .option(
      '--url <address>',
      context.text({
        fr: 'adresse publique, comme https://hapi.example.ca; PUBLIC_URL par défaut',
        en: 'public address, such as https://hapi.example.ca; PUBLIC_URL by default',
      }),
    )
  file.action(() => {
    const { url } = file.opts<{ url?: string }>()
    const root = url ?? context.configOf(file).publicUrl
    if (root === undefined || !URL.canParse(root) || !/^https?:/i.test(root))
      throw new UsageRefusal({
        fr: "Il faut l'adresse publique du service : --url https://…, ou PUBLIC_URL.",
        en: 'The public address of the service is needed: --url https://…, or PUBLIC_URL.',
      })
    context.dependencies.stdout.write(powerBiFile(`${root.replace(/\/$/, '')}/api`))
  })
}

function withModules(command: Command, context: CommandContext): Command {
  return command.requiredOption(
    '--modules <codes>',
    context.text({
      fr: `modules que le compte lit, séparés par des virgules : ${CODES.join(', ')}`,
      en: `modules that the account reads, separated by commas: ${CODES.join(', ')}`,
    }),
  )
}

const CODES: readonly string[] = modules.map(({ code }) => code)

function modulesOf(command: Command): readonly string[] {
  const { modules: text } = command.opts<{ modules: string }>()
  const chosen = [...new Set(text.split(',').map((code) => code.trim().toLowerCase()))].filter(
    (code) => code !== '',
  )
  const unknown = chosen.find((code) => !CODES.includes(code))
  if (unknown === undefined && chosen.length > 0) return chosen
  throw new UsageRefusal({
    fr: `--modules « ${text} » : il faut un ou plusieurs de : ${CODES.join(', ')}.`,
    en: `--modules '${text}': expected one or more of: ${CODES.join(', ')}.`,
  })
}
