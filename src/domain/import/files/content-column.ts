/** The column by which rows of a source name the files that are their contents: no property of the model has it. */

import type { EntityType, Property } from '../../../model/entity-type.ts'

export const contentColumn: Property = {
  name: 'Content',
  type: 'Edm.String',
  nullable: true,
  fr: 'Contenu',
  en: 'Content',
  description: 'File in the folder of contents that is the content of the document',
}

/** The folder that an export writes them to. */
export const CONTENT_FOLDER = 'Contents'

const FOLDER = /^(?:contents?|contenus?)$/i

/** As rows name a file of the folder of contents, wherever that lies; undefined for any other file. */
export function innerName(path: string): string | undefined {
  const steps = path.split('/')
  const at = steps.slice(0, -1).findIndex((step) => FOLDER.test(step))
  return at < 0 ? undefined : steps.slice(at + 1).join('/')
}

/** What a row says if its file names its content, and it does not say it. */
export const saidByContent: ReadonlySet<string> = new Set(['FileName', 'ContentType'])

/** What columns of a file may say of rows of the type. */
export function sourceProperties(type: EntityType): readonly Property[] {
  return type.hasStream === true ? [...type.properties, contentColumn] : type.properties
}
