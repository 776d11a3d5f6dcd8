/** A file that is broken from its first line to its last is told of so often, and read no further. */

import type { ImportItem } from '../import-record.ts'
import { formError } from './csv-form.ts'

/** Faults of one file that let nothing be imported: more than anybody corrects one by one. */
const SOURCE_FAULTS_MAX = 100

/** The items of a file up to there, and one that says that it was read no further. */
export async function* withBoundedFaults(
  items: AsyncIterable<ImportItem>,
): AsyncGenerator<ImportItem> {
  let faults = 0
  for await (const item of items) {
    if (item.kind === 'fault' && item.isOfSource === true) faults++
    if (faults > SOURCE_FAULTS_MAX) {
      const { file, line, type } = item
      return yield { kind: 'fault', file, line, type, error: formError(MORE), isOfSource: true }
    }
    yield item
  }
}

const MORE = {
  fr: `plus de ${SOURCE_FAULTS_MAX} défauts s'y trouvent, et la suite n'est pas lue`,
  en: `there are more than ${SOURCE_FAULTS_MAX} faults in it, and the rest is not read`,
}
