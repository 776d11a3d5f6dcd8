/**
 * The files that a person is handed: `person.json` with everything, a CSV file for each entity, the contents of
 * documents, and a page that says what is where. Written beside their place and given their name when they are whole.
 */

import { mkdir, readdir, rename, rm } from 'node:fs/promises'
import { dirname, join, resolve } from 'node:path'
import { AdministrationRefusal } from '../../auth/administration-refusal.ts'
import { contentFileName } from '../../domain/documents/file-name.ts'
import type { Mention } from '../../domain/privacy/mentions.ts'
import { namesOf, type People, type PersonName, personText } from '../../domain/privacy/people.ts'
import { type PersonRow, shownProperties } from '../../domain/privacy/read-person.ts'
import type { EntityType, Property } from '../../model/entity-type.ts'
import { getEnumeration } from '../../model/get-enumeration.ts'
import type { Language } from '../speech.ts'
import { BYTE_ORDER_MARK, csvLine, harmless } from './csv.ts'
import { exportGuide } from './export-guide.ts'
import { PrivateFile } from './private-file.ts'

export interface ExportHead {
  readonly databaseName: string
  readonly people: People
  readonly exportedAt: Date
  /** Who may be the same person, to be looked at. */
  readonly namesakes: readonly PersonName[]
}

/** Nobody else reads what is written for one person. */
const PRIVATE_DIRECTORY = 0o700

export class ExportFiles {
  readonly #directory: string
  readonly #draft: string
  readonly #language: Language
  readonly #json: PrivateFile
  #sets = 0

  /** Throws AdministrationRefusal when there is something under that name already. */
  static async create(directory: string, language: Language): Promise<ExportFiles> {
    const path = resolve(directory)
    if (await isTaken(path)) throw taken(directory)
    const draft = `${path}.partial-${process.pid}`
    await mkdir(dirname(path), { recursive: true })
    for (const part of ['csv', 'documents'])
      await mkdir(join(draft, part), { recursive: true, mode: PRIVATE_DIRECTORY })
    return new ExportFiles(
      path,
      draft,
      await PrivateFile.create(join(draft, 'person.json')),
      language,
    )
  }

  private constructor(directory: string, draft: string, json: PrivateFile, language: Language) {
    this.#directory = directory
    this.#draft = draft
    this.#json = json
    this.#language = language
  }

  async begin({ databaseName, people, exportedAt, namesakes }: ExportHead): Promise<void> {
    const head = {
      account: databaseName,
      exportedAt: exportedAt.toISOString(),
      persons: namesOf(people).map(personText),
      maybeTheSamePerson: namesakes.map(personText),
    }
    const guide = await PrivateFile.create(join(this.#draft, 'LISEZMOI-README.txt'))
    await guide.add(BYTE_ORDER_MARK + exportGuide(databaseName, exportedAt))
    await guide.close()
    await this.#json.add(`${JSON.stringify(head, null, 1).slice(0, -2)},\n "sets": {`)
  }

  /** Gives how many rows were written. A set of which there are none has no file. */
  async addSet(type: EntityType, rows: AsyncIterable<PersonRow>): Promise<number> {
    const shown = shownProperties(type)
    let count = 0
    let csv: PrivateFile | undefined
    for await (const row of rows) {
      if (csv === undefined) {
        csv = await PrivateFile.create(join(this.#draft, 'csv', `${type.set}.csv`))
        await csv.add(BYTE_ORDER_MARK + this.#headLine(shown))
        await this.#json.add(`${this.#sets++ > 0 ? ',' : ''}\n  ${setHead(type, shown)}`)
      }
      await this.#json.add(`${count++ > 0 ? ',' : ''}\n   ${jsonRow(row, shown)}`)
      await csv.add(csvLine(this.#cells(row, shown), this.#language))
    }
    if (csv !== undefined) {
      await this.#json.add('\n  ]}')
      await csv.close()
    }
    return count
  }

  async addContent(id: number, fileName: string, pieces: AsyncIterable<Buffer>): Promise<boolean> {
    let file: PrivateFile | undefined
    for await (const piece of pieces) {
      file ??= await PrivateFile.create(
        join(this.#draft, 'documents', contentFileName(id, fileName)),
      )
      await file.add(piece)
    }
    if (file !== undefined) await file.close()
    return file !== undefined
  }

  /** Ends the files and gives them their place, whose path it gives. */
  async end(mentions: readonly Mention[]): Promise<string> {
    const told = mentions.map(({ type, id, property, text }) => ({
      set: type.set,
      id,
      property: property.name,
      text,
    }))
    await this.#json.add(`\n },\n "mentionedElsewhere": ${JSON.stringify(told, null, 1)}\n}\n`)
    await this.#json.close()
    await rename(this.#draft, this.#directory)
    return this.#directory
  }

  /** Leaves nothing. */
  async abandon(): Promise<void> {
    await this.#json.close().catch(() => {})
    await rm(this.#draft, { recursive: true, force: true })
  }

  /** `Nom · Last name` */
  #headLine(shown: readonly Property[]): string {
    const label = ({ fr, en }: Property): string =>
      this.#language === 'fr' ? `${fr} · ${en}` : `${en} · ${fr}`
    return csvLine(shown.map(label), this.#language)
  }

  #cells({ values }: PersonRow, shown: readonly Property[]): readonly string[] {
    return shown.map((property) => {
      const value = values.get(property.name) ?? ''
      if (property.enumeration !== undefined) return this.#codeText(property.enumeration, value)
      return property.type === 'Edm.String' ? harmless(value) : value
    })
  }

  #codeText(enumeration: string, code: string): string {
    const member = getEnumeration(enumeration).members.find((known) => known.code === code)
    return member === undefined ? code : `${code} — ${member[this.#language]}`
  }
}

function setHead(type: EntityType, shown: readonly Property[]): string {
  const labels = Object.fromEntries(shown.map(({ name, fr, en }) => [name, { fr, en }]))
  const { set, fr, en } = type
  return `${JSON.stringify(set)}: {"fr": ${JSON.stringify(fr)}, "en": ${JSON.stringify(en)}, "labels": ${JSON.stringify(labels)}, "rows": [`
}

/** Numbers as the database wrote them: no digit is lost. */
function jsonRow({ isAbout, values }: PersonRow, shown: readonly Property[]): string {
  const members = shown.flatMap(({ name, type }) => {
    const value = values.get(name)
    if (value === undefined) return []
    const isBare = value === null || /^Edm\.(?:Boolean|Decimal|Int32|Int64)$/.test(type)
    return [`${JSON.stringify(name)}: ${isBare ? value : JSON.stringify(value)}`]
  })
  return `{${[...members, ...(isAbout ? [] : ['"@onlyConcerned": true'])].join(', ')}}`
}

async function isTaken(path: string): Promise<boolean> {
  try {
    return (await readdir(path)).length >= 0
  } catch (error) {
    return !(error instanceof Error && 'code' in error && error.code === 'ENOENT')
  }
}

function taken(directory: string): AdministrationRefusal {
  return new AdministrationRefusal({
    fr: `« ${directory} » existe déjà; donnez un autre nom par --out.`,
    en: `'${directory}' exists already; give another name by --out.`,
  })
}
