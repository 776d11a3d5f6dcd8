/** The file of `--report`: every refusal, written as it comes; JSON or, for a spreadsheet, CSV. */

import { type FileHandle, open, realpath } from 'node:fs/promises'
import { basename, dirname, join, sep } from 'node:path'
import type { BilingualText } from '../db/startup-refusal.ts'
import { guardFormula } from '../domain/import/files/formula-cells.ts'
import type { ImportRefusal } from '../domain/import/refusal.ts'
import { toldRefusal, toldReport } from '../domain/import/report.ts'
import type { ImportReport } from '../domain/import/run-import.ts'
import type { Language } from './speech.ts'
import { UsageRefusal } from './usage-refusal.ts'

export interface ReportFile {
  add(refusals: readonly ImportRefusal[]): Promise<void>
  /** `report` is absent when the import could not end. */
  close(report: ImportReport | undefined): Promise<void>
}

export const NO_REPORT_FILE: ReportFile = { add: async () => {}, close: async () => {} }

/**
 * JSON when its name says so.
 *
 * @param source what is imported: the report neither replaces it nor lies among its files
 * @throws {UsageRefusal} when it cannot be written there
 */
export async function openReportFile(
  path: string,
  source: string,
  language: Language,
): Promise<ReportFile> {
  await refuseInside(path, source)
  const file = await create(path)
  return /\.json$/i.test(path) ? jsonReport(file, language) : csvReport(file, language)
}

/** It names people. */
const OWN_FILE = 0o600

async function refuseInside(path: string, source: string): Promise<void> {
  const [report, read] = [await realPath(path), await realPath(source)]
  if (report !== read && !report.startsWith(read + sep)) return
  throw new UsageRefusal({
    fr: `Le rapport ne s'écrit pas dans « ${path} », qui est de la source.`,
    en: `The report cannot be written to '${path}', which is of the source.`,
  })
}

/** Of a file that need not be there yet; where its folder is not, writing will say so. */
async function realPath(path: string): Promise<string> {
  try {
    return await realpath(path)
  } catch {
    const folder = await realpath(dirname(path)).catch(() => dirname(path))
    return join(folder, basename(path))
  }
}

async function create(path: string): Promise<FileHandle> {
  try {
    return await open(path, 'w', OWN_FILE)
  } catch (error) {
    const reason = error instanceof Error && 'code' in error ? String(error.code) : String(error)
    throw new UsageRefusal({
      fr: `Le rapport ne s'écrit pas dans « ${path} » : ${reason}.`,
      en: `The report cannot be written to '${path}': ${reason}.`,
    })
  }
}

function jsonReport(file: FileHandle, language: Language): ReportFile {
  let separator = '{"Refusals":[\n'
  return {
    async add(refusals) {
      const texts = refusals.map((refusal) => JSON.stringify(toldRefusal(refusal, language)))
      if (texts.length === 0) return
      await file.write(separator + texts.join(',\n'))
      separator = ',\n'
    },
    async close(report) {
      const end = report === undefined ? {} : toldReport(report)
      const members = JSON.stringify(end).slice(1, -1)
      await file.write(
        `${separator === ',\n' ? '' : separator}]${members === '' ? '' : `,${members}`}}\n`,
      )
      await file.close()
    },
  }
}

/** By which a spreadsheet knows that the file is UTF-8. */
const BYTE_ORDER_MARK = '\ufeff'

const HEADERS: Readonly<Record<Language, readonly string[]>> = {
  fr: ['Fichier', 'Ligne', 'Colonne', 'Valeur', 'Règle', 'Code', 'Message', 'Effet'],
  en: ['File', 'Line', 'Column', 'Value', 'Rule', 'Code', 'Message', 'Effect'],
}

const REFUSED: BilingualText = { fr: 'ligne refusée', en: 'row refused' }
const ENTERED: BilingualText = { fr: 'ligne entrée sans cela', en: 'row entered without it' }

async function writeRow(
  file: FileHandle,
  cells: readonly string[],
  language: Language,
): Promise<void> {
  const quoted = cells.map((cell) => `"${guardFormula(cell).replaceAll('"', '""')}"`)
  await file.write(`${quoted.join(language === 'fr' ? ';' : ',')}\r\n`)
}

function csvReport(file: FileHandle, language: Language): ReportFile {
  let isBegun = false
  const begin = async (): Promise<void> => {
    if (isBegun) return
    isBegun = true
    await file.write(BYTE_ORDER_MARK)
    await writeRow(file, HEADERS[language], language)
  }
  return {
    async add(refusals) {
      await begin()
      for (const refusal of refusals) {
        const { File, Line, Column, Field, Value, Rule, Code, Message, IsRowEntered } = toldRefusal(
          refusal,
          language,
        )
        const effect = (IsRowEntered ? ENTERED : REFUSED)[language]
        const cells = [File, String(Line), Column ?? Field, Value, Rule, Code, Message, effect]
        await writeRow(
          file,
          cells.map((cell) => cell ?? ''),
          language,
        )
      }
    },
    async close() {
      await begin()
      await file.close()
    },
  }
}
