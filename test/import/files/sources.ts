/** Sources of the tests on a disk, and what is read of them. */

import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { onTestFinished } from 'vitest'
import { type InputValue, isInputNumber } from '../../../src/domain/command/input.ts'
import {
  type ImportSourceOptions,
  openImportSource,
} from '../../../src/domain/import/files/open-source.ts'
import type { ImportItem } from '../../../src/domain/import/import-record.ts'

export type Contents = Readonly<Record<string, string | Buffer>>

/** A folder with these files. */
export async function folderOf(contents: Contents): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), 'hapi-source-'))
  onTestFinished(() => rm(folder, { recursive: true }))
  for (const [name, content] of Object.entries(contents)) {
    await mkdir(dirname(join(folder, name)), { recursive: true })
    await writeFile(join(folder, name), content)
  }
  return folder
}

export async function fileOf(name: string, content: string | Buffer): Promise<string> {
  return join(await folderOf({ [name]: content }), name)
}

export async function itemsAt(
  path: string,
  options?: ImportSourceOptions,
): Promise<readonly ImportItem[]> {
  const source = await openImportSource(path, options)
  const items: ImportItem[] = []
  for await (const item of source.items()) items.push(item)
  return items
}

/** Each row as `Set:line label {input}`, each fault as `file:line [column] code "value" (source)`. */
export async function toldOf(
  contents: Contents,
  options?: ImportSourceOptions,
): Promise<readonly string[]> {
  return (await itemsAt(await folderOf(contents), options)).map(say)
}

export function say(item: ImportItem): string {
  if (item.kind === 'record') {
    const values = Object.fromEntries([...item.input].map(([name, value]) => [name, plain(value)]))
    const label = item.label === undefined ? '' : ` ${item.label}`
    return `${item.type.set}:${item.line}${label} ${JSON.stringify(values)}`
  }
  const { file, line, column, value, error, isOfSource } = item
  const place = column === undefined ? '' : ` [${column}]`
  const found = value === undefined ? '' : ` ${JSON.stringify(value)}`
  return `${file}:${line}${place} ${error.code}${found}${isOfSource === true ? ' (source)' : ''}`
}

function plain(value: InputValue): unknown {
  return value !== null && isInputNumber(value) ? Number(value.text) : value
}
