/** The contents that come with a source, and which row names which of them. A name is looked up here and leads nowhere else. */

import { HapiError } from '../../../errors/hapi-error.ts'
import type { Phrase } from '../../../errors/phrase.ts'
import type { EntityType } from '../../../model/entity-type.ts'
import type { InputObject } from '../../command/input.ts'
import { typeOfFile } from '../../documents/content-type.ts'
import type { ImportFault, ImportItem, ImportRecord } from '../import-record.ts'
import { contentColumn, innerName } from './content-column.ts'
import { refused } from './file-form.ts'
import { labelText } from './label-text.ts'
import { plainName } from './plain-name.ts'
import type { ContentFile } from './source-file.ts'

/** Files without a row that are told: more than anybody corrects one by one. */
const UNUSED_TOLD_MAX = 100

type Place = Pick<ImportRecord, 'file' | 'line'>

export class ContentFiles {
  readonly #byName = new Map<string, ContentFile>()
  /** What somebody means who writes another case, or no accents. */
  readonly #byPlainName = new Map<string, string>()
  /** Files that two folders of contents have under one name. */
  readonly repeated: ContentFile[] = []

  constructor(files: readonly ContentFile[]) {
    for (const file of files) {
      const name = composed(file.inner)
      if (this.#byName.has(name)) this.repeated.push(file)
      else this.#byName.set(name, file)
      this.#byPlainName.set(plainName(name), name)
    }
  }

  /**
   * The same items; rows that name a content have it, and those that cannot have what they name are faults. What no row
   * names comes last, since it lacks a row or is not meant to be there.
   */
  async *named(items: AsyncIterable<ImportItem>): AsyncGenerator<ImportItem> {
    const taken = new Map<ContentFile, Place>()
    let isWhole = true
    for await (const item of items) {
      const read = item.kind === 'record' ? this.#withContent(item, taken) : item
      // What it means by its content cannot be known.
      if (read.kind === 'fault' && isOfContents(read.type)) isWhole = false
      yield read
    }
    if (!isWhole) return
    const unused = [...this.#byName.values()].filter((file) => !taken.has(file))
    for (const { name } of unused.slice(0, UNUSED_TOLD_MAX)) {
      const error = refused(name, reasons.unused)
      yield { kind: 'fault', file: name, line: 1, error, isOfSource: true }
    }
  }

  #withContent(record: ImportRecord, taken: Map<ContentFile, Place>): ImportItem {
    const { file, line, type, input } = record
    const said = type.hasStream === true ? (input.get(contentColumn.name) ?? '') : ''
    if (said === '') return record
    const written = labelText(said)
    const content = written === undefined ? reasons.noName : this.#find(written)
    if (!('open' in content)) return faultOf(record, content)
    const other = taken.get(content)
    if (other !== undefined) return faultOf(record, reasons.taken(other))
    taken.set(content, { file, line })
    return { ...record, input: withFacts(input, content), content }
  }

  #find(written: string): ContentFile | Phrase {
    const name = composed(written.trim().replaceAll('\\', '/'))
    if (/^\/|^[a-z]:|(?:^|\/)\.\.(?:\/|$)/i.test(name)) return reasons.elsewhere
    // Some write the path below the source.
    const found = this.#byName.get(name) ?? this.#byName.get(innerName(name) ?? '')
    return found ?? reasons.missing(this.#byPlainName.get(plainName(name)))
  }
}

/** Whether rows of the type have contents; of a line that does not say its type that may be. */
function isOfContents(type: EntityType | undefined): boolean {
  return type === undefined || type.hasStream === true
}

/** Other systems write é as two characters, in archives as well. */
function composed(name: string): string {
  return name.normalize('NFC')
}

/** A file tells its name, and by that its type, where the row does not. */
function withFacts(input: InputObject, { inner }: ContentFile): InputObject {
  const facts = new Map(input)
  const fileName = composed(inner.slice(inner.lastIndexOf('/') + 1))
  const contentType = typeOfFile(inner)
  if ((facts.get('FileName') ?? null) === null) facts.set('FileName', fileName)
  if ((facts.get('ContentType') ?? null) === null && contentType !== undefined)
    facts.set('ContentType', contentType)
  return facts
}

function faultOf(record: ImportRecord, reason: Phrase): ImportFault {
  return contentFault(record, new HapiError('IMPORT_CONTENT', { reason }))
}

/** What is wrong with the content of a row, which alone is refused. */
export function contentFault(
  { file, line, type, input, columns, cellOf }: ImportRecord,
  error: HapiError,
): ImportFault {
  const { name } = contentColumn
  const value = cellOf?.(name) ?? labelText(input.get(name))
  return { kind: 'fault', file, line, type, column: columns?.get(name) ?? name, value, error }
}

const reasons = {
  noName: { fr: "ce n'est pas un nom de fichier", en: 'it is no name of a file' },
  elsewhere: {
    fr: 'un nom se lit à partir du dossier Contenus et ne mène pas ailleurs',
    en: 'a name is read from the folder Contents on and leads nowhere else',
  },
  missing: (near: string | undefined): Phrase => {
    const hint = near === undefined ? '' : ` → ${near}`
    return {
      fr: `ce fichier n'est pas dans le dossier Contenus${hint}`,
      en: `this file is not in the folder Contents${hint}`,
    }
  },
  taken: ({ file, line }: Place): Phrase => ({
    fr: `la ligne ${line} de ${file} nomme déjà ce fichier; mettez-en une copie s'il est aussi de celle-ci`,
    en: `line ${line} of ${file} names this file already; put a copy there if it is this one's too`,
  }),
  unused: {
    fr: 'aucune ligne de Documents ne le nomme comme son contenu; ajoutez la ligne ou retirez le fichier',
    en: 'no row of Documents names it as its content; add the row or take the file away',
  },
} as const
