/** Bounds of one file: how many rows it may have, and how often it is told that it is broken. */

import type { ImportFault, ImportItem } from '../import-record.ts'
import { formError } from './csv-form.ts'

/** Faults of one file that let nothing be imported: more than anybody corrects one by one. */
const SOURCE_FAULTS_MAX = 100

/** Ten times the rows of the greatest set of a portfolio. How each is called is kept in memory. */
const ROWS_MAX = 1_000_000

/** The items of a file up to there, and one that says that it was read no further. */
export async function* withinBounds(items: AsyncIterable<ImportItem>): AsyncGenerator<ImportItem> {
  let faults = 0
  let rows = 0
  for await (const item of items) {
    if (item.kind === 'fault' && item.isOfSource === true) faults++
    else rows++
    if (faults > SOURCE_FAULTS_MAX) return yield endOf(item, tooBroken)
    if (rows > ROWS_MAX) return yield endOf(item, tooLong)
    yield item
  }
}

function endOf({ file, line, type }: ImportItem, reason: typeof tooLong): ImportFault {
  return { kind: 'fault', file, line, type, error: formError(reason), isOfSource: true }
}

const tooBroken = {
  fr: `plus de ${SOURCE_FAULTS_MAX} défauts s'y trouvent, et la suite n'est pas lue`,
  en: `there are more than ${SOURCE_FAULTS_MAX} faults in it, and the rest is not read`,
}

const tooLong = {
  fr: `un fichier a au plus ${ROWS_MAX} lignes; faites-en plusieurs importations`,
  en: `a file has at most ${ROWS_MAX} rows; make several imports of it`,
}
