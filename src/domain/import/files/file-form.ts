/** What a file of a source is, by its name: cells or lines of JSON, and of which set. */

import { HapiError } from '../../../errors/hapi-error.ts'
import type { Phrase } from '../../../errors/phrase.ts'
import type { EntityType } from '../../../model/entity-type.ts'
import { findFileType, nearestSet } from './file-types.ts'
import { importableTypes } from './importable-types.ts'

export type FileForm =
  | { readonly kind: 'csv'; readonly type: EntityType }
  /** Without type each line says its own. */
  | { readonly kind: 'ndjson'; readonly type: EntityType | undefined }

const kinds: ReadonlyMap<string, FileForm['kind']> = new Map([
  ['csv', 'csv'],
  ['txt', 'csv'],
  ['tsv', 'csv'],
  ['ndjson', 'ndjson'],
  ['jsonl', 'ndjson'],
] as const)

/** But for `./`, before which some archives write their names. */
const HIDDEN = /^(?:\..+|__MACOSX)$/

/** What systems leave in folders and archives, which nobody means. */
export function isLeftover(name: string): boolean {
  const steps = name.split('/')
  return (
    steps.some((step) => HIDDEN.test(step)) ||
    /^(?:thumbs\.db|desktop\.ini|~\$.*)$/i.test(steps.at(-1) ?? '')
  )
}

/**
 * @param kind what its first bytes say, where its name does not
 * @throws {HapiError} IMPORT_FILE_REFUSED
 */
export function readFileForm(name: string, kind?: FileForm['kind']): FileForm {
  const extension = /\.(\w{1,8})$/.exec(name)?.[1]?.toLowerCase() ?? ''
  const known = kinds.get(extension) ?? kind
  if (known === undefined) throw refused(name, reasons.extension)
  const type = findFileType(name)
  if (type === undefined) {
    if (known === 'ndjson' && kind !== undefined) return { kind: known, type }
    throw refused(name, reasons.unknown(nearestSet(name)))
  }
  if (!importableTypes.includes(type)) throw refused(name, reasons.notOffered(type.set))
  return { kind: known, type }
}

export function refused(file: string, reason: Phrase): HapiError {
  return new HapiError('IMPORT_FILE_REFUSED', { file, reason })
}

const reasons = {
  extension: {
    fr: 'il faut des fichiers .csv ou .ndjson; enregistrez chaque feuille de calcul en CSV',
    en: 'files are .csv or .ndjson; save each sheet as CSV',
  },
  unknown: (set: string | undefined): Phrase => {
    const hint = set === undefined ? '' : ` → ${set}`
    return {
      fr: `son nom n'est celui d'aucun ensemble, comme le serait Tenants.csv ou Locataires.csv${hint}`,
      en: `its name is that of no set, as Tenants.csv or Locataires.csv would be${hint}`,
    }
  },
  notOffered: (set: string): Phrase => ({
    fr: `l'ensemble ${set} n'est pas de ceux qui s'importent`,
    en: `set ${set} is none of those that can be imported`,
  }),
}
