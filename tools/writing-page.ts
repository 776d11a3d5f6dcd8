/** `docs/reference/writing.*.md`: what each set lets whom write, under which rules, and what may be refused. */

import { type Language, say } from '../src/derive/language.ts'
import { commonParameters } from '../src/derive/openapi-query-options.ts'
import { ruleLine } from '../src/derive/openapi-writing.ts'
import { rulesFor, type Writing, writeCodes } from '../src/derive/write-codes.ts'
import { writeRules } from '../src/domain/rules.ts'
import { type ErrorCode, errorCatalogue } from '../src/errors/catalogue.ts'
import type { EntityType, Label } from '../src/model/entity-type.ts'
import { model } from '../src/model/model.ts'
import { modules } from '../src/model/modules.ts'
import { isOffered, isRequired, legacyKeyOf } from '../src/model/offered.ts'

const operations = ['create', 'update', 'delete'] as const satisfies readonly Writing[]

export function writingPage(language: Language): string {
  const text = (fr: string, en: string): string => say({ fr, en }, language)
  return [
    `# ${text('Créer, modifier, supprimer', 'Create, change, delete')}`,
    '',
    text(
      "Écrit à partir du modèle et des règles. Chaque opération, avec un exemple qui fonctionne sur la démonstration, se trouve aussi sur la page Swagger. Un corps est refusé en entier ou accepté en entier; tout ce qui ne va pas dans ses champs est dit d'un coup (R-007), chaque détail avec son code et le champ en cause.",
      'Written from the model and the rules. Each operation, with an example that works on the demonstration, is on the Swagger page too. A body is refused as a whole or taken as a whole; everything wrong in its fields is told at once (R-007), each detail with its code and the field concerned.',
    ),
    '',
    `## ${text('En-têtes et options', 'Headers and options')}`,
    '',
    ...headersTable(language),
    '',
    `## ${text('Qui peut quoi', 'Who may what')}`,
    '',
    text(
      "« oui » : tout utilisateur qui en a le droit. « administrateur » : l'administrateur du compte seulement; pour les autres, 405 `OPERATION_NOT_SUPPORTED`. Les ensembles qui ne sont pas ici se lisent seulement. `PUT` remplace : un champ omis reçoit sa valeur par défaut.",
      '"yes": every user who has the right. "administrator": the account\'s administrator alone; for others, 405 `OPERATION_NOT_SUPPORTED`. Sets that are not here are read only. `PUT` replaces: a field left out gets its default.',
    ),
    '',
    ...matrix(language),
    '',
    ...actionsTable(language),
    `## ${text('Refus généraux', 'General refusals')}`,
    '',
    ...generalRefusals(language),
    '',
    `## ${text('Règles et champs obligatoires', 'Rules and required fields')}`,
    '',
    text(
      'Un identifiant se donne par lui-même ou par la clé à sa place (R-002). Les codes sont ceux que la règle peut répondre; leurs messages : [errors.md](errors.md).',
      'An identifier is given by itself or by the key in its place (R-002). The codes are those that the rule can answer; their messages: [errors.md](errors.md).',
    ),
    '',
    ...writtenTypes().flatMap((type) => section(type, language)),
  ].join('\n')
}

function writtenTypes(): readonly EntityType[] {
  return model.entityTypes.filter((type) =>
    operations.some((operation) => isOffered(type, operation, 'administrator')),
  )
}

function headersTable(language: Language): readonly string[] {
  const parameters = commonParameters(language)
  const shown = ['dryRun', 'return', 'ifMatch', 'idempotencyKey', 'select', 'expand', 'language']
  return [
    '| | |',
    '|---|---|',
    ...shown.flatMap((name) => {
      const parameter = parameters[name]
      return parameter === undefined
        ? []
        : [`| \`${parameter.name}\` | ${parameter.description.replaceAll('|', '\\|')} |`]
    }),
  ]
}

function matrix(language: Language): readonly string[] {
  const yes: Label = { fr: 'oui', en: 'yes' }
  const administrator: Label = { fr: 'administrateur', en: 'administrator' }
  const cell = (type: EntityType, operation: Writing): string => {
    if (isOffered(type, operation, 'integrator')) return say(yes, language)
    return isOffered(type, operation, 'administrator') ? say(administrator, language) : ''
  }
  const head = say({ fr: '| Ensemble | Module |', en: '| Set | Module |' }, language)
  return [
    `${head} POST | PATCH, PUT | DELETE |`,
    '|---|---|---|---|---|',
    ...writtenTypes().map((type) => {
      const cells = operations.map((operation) => cell(type, operation))
      return `| \`${type.set}\` | ${moduleName(type, language)} | ${cells.join(' | ')} |`
    }),
  ]
}

function moduleName(type: EntityType, language: Language): string {
  const module = modules.find(({ code }) => code === type.module)
  return module === undefined ? type.module : say(module, language)
}

function actionsTable(language: Language): readonly string[] {
  const actions = model.operations.filter(({ kind }) => kind === 'action')
  if (actions.length === 0) return []
  return [
    say({ fr: 'Actions :', en: 'Actions:' }, language),
    '',
    ...actions.map(({ set, name, parameters }) => {
      const names = parameters.map((parameter) => `\`${parameter.name}\``).join(', ')
      const rule = writeRules.actionRule(`${set}/${name}`)
      return `- \`POST /api/${set}(Id)/${name}\` (${names}). ${ruleLine(rule, language)}`
    }),
    '',
  ]
}

/** Codes that writes may answer and that no rule of their entity names, by status. */
function generalRefusals(language: Language): readonly string[] {
  const codes = new Set(
    writtenTypes().flatMap((type) =>
      offeredOf(type).flatMap((operation) => {
        const own = new Set(rulesFor(writeRules, type, operation).flatMap(({ errors }) => errors))
        return writeCodes(model, writeRules, type, operation).filter((code) => !own.has(code))
      }),
    ),
  )
  return [
    '| Code | HTTP | |',
    '|---|---|---|',
    ...[...codes].sort(byStatus).map((code) => {
      const { status, ...message } = errorCatalogue[code]
      return `| \`${code}\` | ${status} | ${say(message, language).replaceAll('|', '\\|')} |`
    }),
  ]
}

function byStatus(a: ErrorCode, b: ErrorCode): number {
  return errorCatalogue[a].status - errorCatalogue[b].status
}

function offeredOf(type: EntityType): readonly Writing[] {
  return operations.filter((operation) => isOffered(type, operation, 'administrator'))
}

function section(type: EntityType, language: Language): readonly string[] {
  const required = isOffered(type, 'create', 'administrator') ? requiredFields(type, language) : ''
  const rules = offeredOf(type).flatMap((operation) => {
    const lines = rulesFor(writeRules, type, operation).map(
      (rule) => `  - ${ruleLine(rule, language)}`,
    )
    return lines.length === 0 ? [] : [`- ${methodsOf[operation]}`, ...lines]
  })
  if (required === '' && rules.length === 0) return []
  return [
    `### ${type.set} (${say(type, language)})`,
    '',
    ...(required === '' ? [] : [required, '']),
    ...rules,
    ...(rules.length === 0 ? [] : ['']),
  ]
}

const methodsOf: Readonly<Record<Writing, string>> = {
  create: 'POST',
  update: 'PATCH, PUT',
  delete: 'DELETE',
}

function requiredFields(type: EntityType, language: Language): string {
  const or = say({ fr: 'ou', en: 'or' }, language)
  const names = type.properties.filter(isRequired).map(({ name }) => {
    const key = legacyKeyOf(type, name).map((each) => `\`${each}\``)
    return key.length === 0 ? `\`${name}\`` : `\`${name}\` (${or} ${key.join(', ')})`
  })
  if (names.length === 0) return ''
  const label = say({ fr: 'Obligatoires : ', en: 'Required: ' }, language)
  return `${label}${names.join(', ')}`
}
