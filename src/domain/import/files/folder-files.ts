/** The files of a folder, and one file by itself. */

import { lstat, readdir } from 'node:fs/promises'
import { basename, join } from 'node:path'
import { constantBytes, FileConstancy } from './constant-file.ts'
import { innerName } from './content-column.ts'
import { isLeftover, refused } from './file-form.ts'
import { CONTENTS_MAX, type ContentFile, type FoundFiles, type SourceFile } from './source-file.ts'

/** There are less sets than that. */
const FOLDER_FILES_MAX = 1_000

export async function folderFiles(path: string): Promise<FoundFiles> {
  const files: SourceFile[] = []
  const contents: ContentFile[] = []
  const faults: FoundFiles['faults'][number][] = []
  for (const entry of await meantIn(path, FOLDER_FILES_MAX)) {
    const { name } = entry
    // A link may lead anywhere, a device never ends.
    if (entry.isFile()) files.push(diskFile(join(path, name), name))
    else if (entry.isDirectory() && innerName(`${name}/`) !== undefined)
      await addContents(path, name, { contents, faults })
    else faults.push({ file: name, line: 1, error: refused(name, NO_FILE) })
  }
  return { files, contents, faults }
}

interface Found {
  readonly contents: ContentFile[]
  readonly faults: FoundFiles['faults'][number][]
}

/** @param folder of contents, or one in it, as its path below the source */
async function addContents(path: string, folder: string, found: Found): Promise<void> {
  for (const entry of await meantIn(join(path, folder), CONTENTS_MAX)) {
    const name = `${folder}/${entry.name}`
    if (entry.isDirectory()) await addContents(path, name, found)
    else if (entry.isFile()) found.contents.push(await contentFile(path, name))
    else found.faults.push({ file: name, line: 1, error: refused(name, NO_CONTENT) })
    if (found.contents.length > CONTENTS_MAX) throw tooMany(folder, CONTENTS_MAX)
  }
}

async function contentFile(path: string, name: string): Promise<ContentFile> {
  const { size, mtimeMs } = await lstat(join(path, name))
  const inner = innerName(name) ?? name
  return { ...diskFile(join(path, name), name), inner, size, mark: String(mtimeMs) }
}

/** In the order of their names. */
async function meantIn(path: string, max: number) {
  const entries = await readdir(path, { withFileTypes: true })
  entries.sort((a, b) => (a.name < b.name ? -1 : 1))
  const meant = entries.filter(({ name }) => !isLeftover(name))
  if (meant.length > max) throw tooMany(basename(path), max)
  return meant
}

function tooMany(name: string, max: number) {
  return refused(name, {
    fr: `il compte plus de ${max} fichiers`,
    en: `it has more than ${max} files`,
  })
}

const NO_FILE = {
  fr: "ce n'est pas un fichier; mettez tous les fichiers dans un seul dossier, et les contenus des documents dans son sous-dossier Contenus",
  en: 'it is no file; put all files into one folder, and contents of documents into its sub-folder Contents',
}

const NO_CONTENT = {
  fr: "c'est un lien ou un appareil, et non un fichier",
  en: 'it is a link or a device and no file',
}

export function diskFile(path: string, name: string): SourceFile {
  const constancy = new FileConstancy(name)
  return { name, open: () => constantBytes(path, constancy) }
}
