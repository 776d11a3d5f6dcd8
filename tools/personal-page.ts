/** `docs/reference/personal-information.md`: what of the model says something about a person, and whose it is. */

import type { EntityType, Label, Property } from '../src/model/entity-type.ts'
import { model } from '../src/model/model.ts'
import {
  type PersonalClass,
  type PersonPath,
  personalClassOf,
  personPathsOf,
} from '../src/model/personal-information.ts'

const classes: Readonly<Record<PersonalClass, Label>> = {
  sensitive: { fr: 'sensible', en: 'sensitive' },
  personal: { fr: 'personnel', en: 'personal' },
  freeText: { fr: 'texte libre', en: 'free text' },
}

export function personalPage(): string {
  return [
    '# Renseignements personnels · Personal information',
    '',
    "Écrit à partir du modèle. **Sensible** : de nature à causer le plus de tort (compte bancaire, résultat d'une enquête). **Personnel** : dit quelque chose d'une personne. **Texte libre** : on y écrit ce qu'on veut, donc peut-être sur une personne. Ce qui n'est pas ici ne dit rien d'une personne sans ce qui est ici. Comment s'en servir : [../how-to/personal-information.md](../how-to/personal-information.md).",
    '',
    'Written from the model. **Sensitive**: what harms most when it is known (bank account, result of a screening). **Personal**: says something about a person. **Free text**: people write there what they like, so maybe about a person. What is not here says nothing about a person without what is here. What to do with it: [../how-to/personal-information.md](../how-to/personal-information.md#english).',
    '',
    'Dans `$metadata` · In `$metadata` : `PersonalData.IsPotentiallyPersonal`, `IsPotentiallySensitive`, `FieldSemantics`, `EntitySemantics`, `DataSubjectRole` (com.sap.vocabularies.PersonalData.v1). OpenAPI : `x-primmo-personal`, `x-primmo-sensitive`, `x-primmo-free-text`.',
    '',
    '## De qui · Whose',
    '',
    "Ce qu'une ligne dit d'une personne porte sur la première de ces personnes qu'elle a; les suivantes n'y sont que liées. · What a row says about a person is about the first of these that it has; the others only have to do with it.",
    '',
    '| | Personnes · Persons |',
    '|---|---|',
    ...model.entityTypes
      .filter((type) => personPathsOf(type).length > 0)
      .map((type) => `| \`${type.set}\` | ${personPathsOf(type).map(pathText).join(', ')} |`),
    '',
    '## Quoi · What',
    '',
    '| | | Classe · Class | Français | English |',
    '|---|---|---|---|---|',
    ...model.entityTypes.flatMap(rowsOf),
    '',
  ].join('\n')
}

function pathText({ person, path }: PersonPath): string {
  return path.length === 0 ? `**${person}**` : `${person} (\`${path.join('/')}\`)`
}

function rowsOf(type: EntityType): readonly string[] {
  const content = type.hasStream === true ? [rowOf(type, '$value', 'freeText', CONTENT)] : []
  return [...type.properties.flatMap((property) => propertyRow(type, property)), ...content]
}

const CONTENT: Label = { fr: 'Contenu du document', en: 'Content of the document' }

function propertyRow(type: EntityType, property: Property): readonly string[] {
  const found = personalClassOf(property)
  return found === undefined ? [] : [rowOf(type, property.name, found, property)]
}

function rowOf({ set }: EntityType, name: string, found: PersonalClass, { fr, en }: Label): string {
  const { fr: classFr, en: classEn } = classes[found]
  return `| \`${set}\` | \`${name}\` | ${classFr} · ${classEn} | ${fr} | ${en} |`
}
