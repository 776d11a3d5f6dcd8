/** `docs/reference/import-files.*.md`: which files an import reads, and which columns they may have. */

import { type Language, say } from '../src/derive/language.ts'
import { headerOf } from '../src/domain/import/files/columns.ts'
import {
  CONTENT_FOLDER,
  contentColumn,
  saidByContent,
  sourceProperties,
} from '../src/domain/import/files/content-column.ts'
import { importableTypes } from '../src/domain/import/files/importable-types.ts'
import { type EntityType, isOwnReference, type Property } from '../src/model/entity-type.ts'
import { getEnumeration } from '../src/model/get-enumeration.ts'
import { model } from '../src/model/model.ts'
import { isRequired, isWritable, legacyKeyOf } from '../src/model/offered.ts'
import { textFormatOf } from '../src/model/text-format.ts'

export function importPage(language: Language): string {
  const text = (fr: string, en: string): string => say({ fr, en }, language)
  return [
    `# ${text("Fichiers d'importation", 'Import files')}`,
    '',
    text(
      "Écrit à partir du modèle. Un fichier par ensemble, dans l'ordre où l'importation les prend : ce à quoi un autre renvoie vient avant lui. L'en-tête d'une colonne est son nom français, son nom anglais ou la propriété de l'API; les accents, les majuscules et la ponctuation n'y comptent pas. Comment s'en servir : [../how-to/import-a-portfolio.md](../how-to/import-a-portfolio.md).",
      'Written from the model. One file for each set, in the order in which the import takes them: what another refers to comes before it. The header of a column is its French name, its English name or the property of the API; accents, letter case and punctuation do not count. How to use them: [../how-to/import-a-portfolio.md](../how-to/import-a-portfolio.md).',
    ),
    '',
    text(
      "La colonne `Id` est permise dans tous les fichiers : le nom d'une rangée dans la source, un nombre ou un mot, auquel d'autres rangées renvoient. Un renvoi se donne aussi par la clé qui est entre parenthèses; une seule des deux formes suffit.",
      "Column `Id` is allowed in every file: the row's name in the source, a number or a word, to which other rows refer. A reference is also given by the key in parentheses; one of both forms is enough.",
    ),
    '',
    ...importableTypes.flatMap((type, index) => section(type, index + 1, language)),
  ].join('\n')
}

function section(type: EntityType, number: number, language: Language): readonly string[] {
  const head = {
    fr: '| En-tête | Propriété | Obligatoire | Valeur |',
    en: '| Header | Property | Required | Value |',
  }
  const labels = [...new Set([type.fr, type.en])].map((label) => `\`${label}.csv\``)
  return [
    `## ${number}. ${type.set} (${say(type, language)})`,
    '',
    `\`${type.set}.csv\`, ${labels.join(', ')}`,
    '',
    say(head, language),
    '|---|---|---|---|',
    ...sourceProperties(type)
      .filter(isWritable)
      .map((property) => {
        const required = isRequired(property) ? say(requiredOf(type, property), language) : ''
        const header = headerOf(type, property, language)
        const value = valueOf(type, property, language)
        return `| ${[header, `\`${property.name}\``, required, value].join(' | ')} |`
      }),
    '',
  ]
}

const yes = { fr: 'oui', en: 'yes' }
const unlessNamed = {
  fr: `sans « ${contentColumn.fr} »`,
  en: `without '${contentColumn.en}'`,
}

function requiredOf({ hasStream }: EntityType, { name }: Property): typeof yes {
  return hasStream === true && saidByContent.has(name) ? unlessNamed : yes
}

function valueOf(type: EntityType, property: Property, language: Language): string {
  if (property === contentColumn) return say(CONTENT, language)
  const { enumeration, lookupFor } = property
  const reference = type.navigation
    .filter(isOwnReference)
    .find(({ from }) => from === property.name)
  if (reference !== undefined) return referenceOf(type, property.name, reference.target, language)
  if (enumeration !== undefined)
    return getEnumeration(enumeration)
      .members.map((member) => `\`${member.code}\` ${say(member, language)}`)
      .join(', ')
  const part = lookupFor === undefined ? '' : ` → \`${lookupFor}\``
  return `${formOf(property, language)}${part}${defaultOf(property, language)}`
}

const CONTENT = {
  fr: `fichier du sous-dossier \`${contentColumn.fr}s\` ou \`${CONTENT_FOLDER}\` : \`bail-101.pdf\`, \`2026/bail-101.pdf\``,
  en: `file of sub-folder \`${CONTENT_FOLDER}\` or \`${contentColumn.fr}s\`: \`lease-101.pdf\`, \`2026/lease-101.pdf\``,
}

function referenceOf(type: EntityType, name: string, target: string, language: Language): string {
  const { set } = model.getType(target)
  const key = legacyKeyOf(type, name).map((part) => `\`${part}\``)
  const id = say({ fr: `\`Id\` de ${set}`, en: `\`Id\` of ${set}` }, language)
  return key.length === 0 ? id : `${id} (${key.join(', ')})`
}

function formOf(property: Property, language: Language): string {
  const text = (fr: string, en: string): string => say({ fr, en }, language)
  const format = textFormatOf(property)
  switch (property.type) {
    case 'Edm.String': {
      if (format !== undefined) return `\`${format.example}\``
      const length = property.maxLength ?? 0
      return text(`texte, ${length} caractères`, `text, ${length} characters`)
    }
    case 'Edm.Boolean':
      return text('oui, non', 'yes, no')
    case 'Edm.Date':
      return text('date, `2026-07-01`', 'date, `2026-07-01`')
    case 'Edm.DateTimeOffset':
      return text('moment, `2026-07-01 14:30`', 'instant, `2026-07-01 14:30`')
    case 'Edm.Decimal': {
      const { scale = 0 } = property
      const plural = scale > 1 ? 's' : ''
      return text(`nombre, ${scale} décimale${plural}`, `number, ${scale} decimal${plural}`)
    }
    case 'Edm.Int32':
    case 'Edm.Int64':
      return text('nombre entier', 'whole number')
  }
}

function defaultOf({ default: value }: Property, language: Language): string {
  if (value === undefined) return ''
  const said = typeof value === 'boolean' ? say(value ? yes : no, language) : `\`${value}\``
  return say({ fr: `; ${said} par défaut`, en: `; ${said} by default` }, language)
}

const no = { fr: 'non', en: 'no' }
