/** `hapi admin key …` */

import { Argument, type Command } from 'commander'
import { createKey, listKeys, revokeKey, rotateKey, setLegacyPadding } from '../auth/keys.ts'
import type { BilingualText } from '../db/startup-refusal.ts'
import { requiredAccount } from './account-option.ts'
import type { Column } from './answer.ts'
import type { CommandContext } from './command-context.ts'
import { addList } from './list-command.ts'
import { parseInstant } from './usage-refusal.ts'

const KEY: readonly Column[] = [
  { key: 'id', fr: 'Id', en: 'Id', essential: true },
  { key: 'databaseName', fr: 'Compte', en: 'Account' },
  { key: 'integrator', fr: 'Intégrateur', en: 'Integrator' },
  { key: 'prefix', fr: 'Début', en: 'Begins' },
  { key: 'lastFour', fr: 'Fin', en: 'Ends' },
  { key: 'createdDate', fr: 'Créée', en: 'Created' },
  { key: 'expiresDate', fr: 'Expire', en: 'Expires' },
  { key: 'lastUsedDate', fr: 'Dernier usage', en: 'Last used' },
  { key: 'revokedDate', fr: 'Révoquée', en: 'Revoked' },
  { key: 'legacyPadding', fr: 'Codes complétés', en: 'Padded codes' },
]

const KEY_WITH_TEXT: readonly Column[] = [
  { key: 'id', fr: 'Id', en: 'Id' },
  { key: 'databaseName', fr: 'Compte', en: 'Account' },
  { key: 'integrator', fr: 'Intégrateur', en: 'Integrator' },
  { key: 'createdDate', fr: 'Créée', en: 'Created' },
  { key: 'expiresDate', fr: 'Expire', en: 'Expires' },
  { key: 'legacyPadding', fr: 'Codes complétés', en: 'Padded codes' },
  { key: 'apiKey', fr: 'Clé API', en: 'API key', essential: true },
]

const SHOWN_ONCE: BilingualText = {
  fr: 'Notez cette clé : elle ne sera plus montrée.',
  en: 'Write this key down: it will not be shown again.',
}

export function addKeyCommands(admin: Command, context: CommandContext): void {
  const group = context.group(admin, 'key', {
    fr: 'les clés API : une par intégrateur, deux pendant un remplacement',
    en: 'the API keys: one per integrator, two during a rotation',
  })
  addIssue(group, context, createKey, 'create', {
    fr: "créer la clé d'un intégrateur",
    en: 'create the key of an integrator',
  })
  addIssue(group, context, rotateKey, 'rotate', {
    fr: "remplacer la clé; l'ancienne vaut encore 7 jours",
    en: 'replace the key; the old one works for 7 more days',
  })
  addList(group, context, { columns: KEY, read: listKeys })
  addLegacyPadding(group, context)
  addRevoke(group, context)
}

function addIssue(
  group: Command,
  context: CommandContext,
  issue: typeof createKey,
  name: string,
  description: BilingualText,
): void {
  const command = context
    .command(group, name, description)
    .addOption(requiredAccount(context))
    .requiredOption('--integrator <name>', context.text({ fr: 'intégrateur', en: 'integrator' }))
    .option(
      '--expires <instant>',
      context.text({ fr: 'fin de validité', en: 'end of validity' }),
      parseInstant,
    )
    .option(
      '--legacy-padding',
      context.text({
        fr: "compléter les codes d'espaces dans les réponses, comme l'ancien système",
        en: 'pad codes with blanks in answers, as the old system does',
      }),
    )
  command.action(() => {
    const { account, integrator, expires, legacyPadding } = command.opts<{
      account: string
      integrator: string
      expires?: Date
      legacyPadding?: true
    }>()
    const options = { expiresDate: expires, legacyPadding }
    return context.answer(command, async (database) => ({
      columns: KEY_WITH_TEXT,
      isList: false,
      rows: [await issue(database, { databaseName: account, integrator }, options)],
      notice: SHOWN_ONCE,
    }))
  })
}

function addLegacyPadding(group: Command, context: CommandContext): void {
  const padding = context
    .command(group, 'legacy-padding <id>', {
      fr: "compléter ou non les codes d'espaces dans les réponses; vaut aussi pour les jetons en cours",
      en: 'pad codes with blanks in answers or not; holds for live tokens too',
    })
    .addArgument(new Argument('<choice>').choices(['on', 'off']))
  padding.action((id: string, choice: string) =>
    context.answer(padding, async (database) => ({
      columns: KEY,
      isList: false,
      rows: [await setLegacyPadding(database, idOf(id), choice === 'on')],
    })),
  )
}

/** The beginning that lists show is as good a name as the id inside it. */
function idOf(given: string): string {
  return given.replace(/^hapi_(?:live|test)_/, '')
}

function addRevoke(group: Command, context: CommandContext): void {
  const revoke = context.command(group, 'revoke <id>', {
    fr: 'révoquer pour de bon; les jetons en cours cessent',
    en: 'revoke for good; live tokens stop',
  })
  revoke.action((id: string) =>
    context.answer(revoke, async (database) => ({
      columns: KEY,
      isList: false,
      rows: [await revokeKey(database, idOf(id))],
    })),
  )
}
