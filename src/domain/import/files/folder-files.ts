/** The files of a folder, and one file by itself. */

import { readdir } from 'node:fs/promises'
import { basename, join } from 'node:path'
import { constantBytes, FileConstancy } from './constant-file.ts'
import { isLeftover, refused } from './file-form.ts'
import type { FoundFiles, SourceFile } from './source-file.ts'

/** There are less sets than that. */
const FOLDER_FILES_MAX = 1_000

export async function folderFiles(path: string): Promise<FoundFiles> {
  const files: SourceFile[] = []
  const faults: FoundFiles['faults'][number][] = []
  const entries = await readdir(path, { withFileTypes: true })
  entries.sort((a, b) => (a.name < b.name ? -1 : 1))
  const meant = entries.filter(({ name }) => !isLeftover(name))
  if (meant.length > FOLDER_FILES_MAX)
    throw refused(basename(path), {
      fr: `il compte plus de ${FOLDER_FILES_MAX} fichiers`,
      en: `it has more than ${FOLDER_FILES_MAX} files`,
    })
  for (const entry of meant) {
    const { name } = entry
    // A link may lead anywhere, a device never ends.
    if (entry.isFile()) files.push(diskFile(join(path, name), name))
    else faults.push({ file: name, line: 1, error: refused(name, NO_FILE) })
  }
  return { files, faults }
}

const NO_FILE = {
  fr: "ce n'est pas un fichier; mettez tous les fichiers dans un seul dossier",
  en: 'it is no file; put all files into one folder',
}

export function diskFile(path: string, name: string): SourceFile {
  const constancy = new FileConstancy(name)
  return { name, open: () => constantBytes(path, constancy) }
}
