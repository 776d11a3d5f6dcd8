/** `hapi admin module …` and `hapi admin right …` */

import type { Command } from 'commander'
import {
  disableModule,
  enableModule,
  listModules,
  restoreModule,
  withholdModule,
} from '../auth/licences.ts'
import {
  grantRight,
  listWithheldRights,
  type Right,
  type RightOperation,
  revokeRight,
  rightOperations,
} from '../auth/rights.ts'
import type { UserName } from '../auth/users.ts'
import type { Database } from '../db/database.ts'
import type { BilingualText } from '../db/startup-refusal.ts'
import { nearestHint } from '../errors/nearest.ts'
import { entityTypes } from '../model/model.ts'
import { modules } from '../model/modules.ts'
import { requiredAccount } from './account-option.ts'
import type { Answer, Column } from './answer.ts'
import type { CommandContext } from './command-context.ts'
import { UsageRefusal } from './usage-refusal.ts'

const MODULE: readonly Column[] = [
  { key: 'module', fr: 'Module', en: 'Module', essential: true },
  { key: 'optional', fr: 'Optionnel', en: 'Optional' },
  { key: 'enabled', fr: 'Activé', en: 'Enabled' },
  { key: 'withheldFrom', fr: 'Refusé à', en: 'Withheld from' },
]

const RIGHTS: readonly Column[] = [
  { key: 'set', fr: 'Ensemble', en: 'Set', essential: true },
  { key: 'module', fr: 'Module', en: 'Module' },
  { key: 'read', fr: 'Lire', en: 'Read' },
  { key: 'create', fr: 'Créer', en: 'Create' },
  { key: 'update', fr: 'Modifier', en: 'Update' },
  { key: 'delete', fr: 'Supprimer', en: 'Delete' },
]

export function addModuleCommands(admin: Command, context: CommandContext): void {
  const group = context.group(admin, 'module', {
    fr: "les modules qu'un compte a acquis",
    en: 'the modules that an account has acquired',
  })
  addModuleChange(group, context, true, {
    fr: "activer un module, pour le compte ou l'un de ses intégrateurs",
    en: 'enable a module, for the account or one of its integrators',
  })
  addModuleChange(group, context, false, {
    fr: "désactiver un module, pour le compte ou l'un de ses intégrateurs",
    en: 'disable a module, for the account or one of its integrators',
  })
  const list = context
    .command(group, 'list', { fr: 'les lister', en: 'list them' })
    .addOption(requiredAccount(context))
  list.action(() => {
    const { account } = list.opts<{ account: string }>()
    return context.answer(list, (database) => modulesOf(database, account))
  })
}

function addModuleChange(
  group: Command,
  context: CommandContext,
  isEnabled: boolean,
  description: BilingualText,
): void {
  const command = context
    .command(group, `${isEnabled ? 'enable' : 'disable'} <module>`, description)
    .addOption(requiredAccount(context))
    .option(
      '--integrator <name>',
      context.text({ fr: 'pour cet intégrateur seulement', en: 'for this integrator alone' }),
    )
  command.action((name: string) => {
    const { account, integrator } = command.opts<{ account: string; integrator?: string }>()
    const module = parseModule(name, integrator === undefined)
    return context.answer(command, async (database) => {
      if (integrator === undefined) {
        await (isEnabled ? enableModule : disableModule)(database, account, module)
      } else {
        const change = isEnabled ? restoreModule : withholdModule
        await change(database, { databaseName: account, integrator }, module)
      }
      return modulesOf(database, account)
    })
  })
}

async function modulesOf(database: Database, databaseName: string): Promise<Answer> {
  const licences = await listModules(
    database,
    databaseName,
    modules.filter(({ optional }) => !optional).map(({ code }) => code),
  )
  const rows = modules.map(({ code, optional }) => {
    const licence = licences.find(({ module }) => module === code)
    return {
      module: code,
      optional,
      enabled: licence !== undefined,
      withheldFrom: licence?.withheldFrom ?? [],
    }
  })
  return { columns: MODULE, isList: true, rows }
}

function parseModule(name: string, isForAccount: boolean): string {
  const module = modules.find(({ code }) => code === name.toLowerCase())
  if (module === undefined) {
    const codes = modules.map(({ code }) => code).join(', ')
    throw new UsageRefusal({
      fr: `Le module « ${name} » n'existe pas; les modules sont : ${codes}.`,
      en: `Module '${name}' does not exist; the modules are: ${codes}.`,
    })
  }
  if (isForAccount && !module.optional) {
    throw new UsageRefusal({
      fr: `Tout compte a le module « ${name} »; avec --integrator, il se refuse à un intégrateur.`,
      en: `Every account has module '${name}'; with --integrator, it is withheld from one integrator.`,
    })
  }
  return module.code
}

export function addRightCommands(admin: Command, context: CommandContext): void {
  const group = context.group(admin, 'right', {
    fr: "les droits d'un utilisateur, par ensemble d'entités",
    en: 'the rights of a user, by entity set',
  })
  addRightChange(group, context, grantRight, 'grant', { fr: 'rendre un droit', en: 'give back' })
  addRightChange(group, context, revokeRight, 'revoke', { fr: 'retirer un droit', en: 'take away' })
  const list = withUser(
    context.command(group, 'list', { fr: 'les lister', en: 'list them' }),
    context,
  )
  list.action(() => context.answer(list, (database) => rightsOf(database, userOf(list))))
}

function addRightChange(
  group: Command,
  context: CommandContext,
  change: typeof grantRight,
  name: string,
  description: BilingualText,
): void {
  const command = withUser(context.command(group, `${name} <set>`, description), context).option(
    '--operation <operation>',
    context.text({
      fr: `${rightOperations.join(', ')}; read par défaut`,
      en: `${rightOperations.join(', ')}; read by default`,
    }),
  )
  command.action((set: string) => {
    const right = {
      set: parseSet(set),
      operation: parseOperation(command.opts<{ operation?: string }>().operation ?? 'read'),
    }
    return context.answer(command, async (database) => {
      await change(database, userOf(command), right)
      return rightsOf(database, userOf(command), right.set)
    })
  })
}

function withUser(command: Command, context: CommandContext): Command {
  return command
    .addOption(requiredAccount(context))
    .requiredOption('--user <userName>', context.text({ fr: 'utilisateur', en: 'user' }))
}

function userOf(command: Command): UserName {
  const { account, user } = command.opts<{ account: string; user: string }>()
  return { databaseName: account, userName: user }
}

/** What the user may do: what the product offers, less what was taken away. */
async function rightsOf(database: Database, user: UserName, only?: string): Promise<Answer> {
  const withheld = await listWithheldRights(database, user)
  const types = entityTypes.filter(({ set }) => only === undefined || set === only)
  const rows = types.map(({ set, module, operations }) => ({
    set,
    module,
    ...Object.fromEntries(
      rightOperations.map((operation) => [
        operation,
        operations[operation] && !isWithheld(withheld, { set, operation }),
      ]),
    ),
  }))
  return { columns: RIGHTS, isList: only === undefined, rows }
}

function isWithheld(withheld: readonly Right[], { set, operation }: Right): boolean {
  return withheld.some((right) => right.set === set && right.operation === operation)
}

/** The published name of a set that was named in any case. */
function parseSet(name: string): string {
  const type = entityTypes.find(({ set }) => set.toLowerCase() === name.toLowerCase())
  if (type !== undefined) return type.set
  const hint = nearestHint(
    name,
    entityTypes.map(({ set }) => set),
  )
  throw new UsageRefusal({
    fr: `L'ensemble « ${name} » n'existe pas.${hint}`,
    en: `Entity set '${name}' does not exist.${hint}`,
  })
}

function parseOperation(text: string): RightOperation {
  const operation = rightOperations.find((candidate) => candidate === text.toLowerCase())
  if (operation !== undefined) return operation
  throw new UsageRefusal({
    fr: `--operation « ${text} » : il faut l'une de : ${rightOperations.join(', ')}.`,
    en: `--operation '${text}': expected one of: ${rightOperations.join(', ')}.`,
  })
}
