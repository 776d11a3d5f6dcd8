/**
 * The import table of the source tree: which folder may import which. An arrow that the design
 * needs is added here, with its reason, in the commit that uses it.
 */

import { readdirSync, readFileSync } from 'node:fs'
import { dirname, join, relative, resolve } from 'node:path'
import { describe, expect, test } from 'vitest'

const SOURCE = resolve(import.meta.dirname, '../src')

const READ_PATH = [
  'errors',
  'model',
  'odata/parse',
  'odata/bind',
  'odata/plan',
  'odata/sql',
  'odata/serialize',
]
const BELOW_HTTP = [
  ...READ_PATH,
  'derive',
  'db',
  'secrets',
  'changes',
  'domain',
  'auth',
  'webhooks',
  'audit',
  'contents',
  'json',
]

/** Folder → folders that it may import besides itself. `.` is the composition root. */
const table: Readonly<Record<string, readonly string[]>> = {
  errors: [],
  model: [],
  'odata/parse': ['errors'],
  'odata/bind': ['odata/parse', 'model', 'errors'],
  'odata/plan': ['odata/bind', 'model', 'errors'],
  // What a plan holds (sources, expressions) is declared by the binder.
  'odata/sql': ['odata/plan', 'odata/bind', 'model', 'errors'],
  // Rows are written by the statement that returns them; contexts are made of what was bound.
  'odata/serialize': ['odata/plan', 'odata/bind', 'odata/sql', 'model'],
  // Bodies and files alike; what a character is the URL parser knows too.
  json: ['odata/parse', 'errors'],
  derive: ['model', 'errors'],
  db: ['errors'],
  audit: ['db'],
  // What is written on paper is told by plain facts.
  papers: [],
  // What they keep they record in the database.
  contents: ['db', 'errors'],
  changes: ['db', 'model', 'errors'],
  // Who has changed something says so. An endpoint belongs to who signed in, and its rules share destinations,
  // headers and secrets with the engine that uses them.
  domain: [
    'auth',
    'changes',
    'contents',
    'db',
    'json',
    'model',
    'papers',
    'errors',
    'secrets',
    'webhooks',
  ],
  // What is kept in DATA_DIR refuses the start as the database does.
  secrets: ['db', 'errors'],
  // The secret that signs tokens is kept like the key that seals others; who signs in is told to the audit.
  auth: ['audit', 'db', 'errors', 'secrets'],
  webhooks: ['auth', 'changes', 'db', 'errors', 'model', 'secrets'],
  // Demo rows are made by the domain's own functions, so that they agree with its rules.
  demo: ['domain', 'db', 'model', 'errors', 'secrets'],
  http: BELOW_HTTP,
  cli: [...BELOW_HTTP, 'demo', '.'],
  '.': [...BELOW_HTTP, 'demo', 'http', 'cli'],
}

const folders = Object.keys(table).sort((a, b) => b.length - a.length)

/** The folder of the table that a file belongs to. */
function folderOf(path: string): string {
  const inside = relative(SOURCE, path)
  return folders.find((folder) => inside.startsWith(`${folder}/`)) ?? '.'
}

function sourceFiles(): readonly string[] {
  return readdirSync(SOURCE, { recursive: true, encoding: 'utf8' })
    .filter((name) => name.endsWith('.ts') && !name.endsWith('.test.ts'))
    .map((name) => join(SOURCE, name))
}

function importsOf(path: string): readonly string[] {
  return [
    ...readFileSync(path, 'utf8').matchAll(
      /^(?:import|export)[^'"]*?from '([^']+)'|^import '([^']+)'|\bimport\('([^']+)'\)/gm,
    ),
  ].map((match) => match[1] ?? match[2] ?? match[3] ?? '')
}

function forbiddenImports(files: readonly string[]): readonly string[] {
  return files.flatMap((file) => {
    const from = folderOf(file)
    const allowed = [from, ...(table[from] ?? [])]
    return importsOf(file)
      .filter((specifier) => specifier.startsWith('.'))
      .map((specifier) => folderOf(resolve(dirname(file), specifier)))
      .filter((to) => !allowed.includes(to))
      .map((to) => `${relative(SOURCE, file)}: ${from} → ${to}`)
  })
}

describe('The tree', () => {
  test('imports follow the table', () => {
    expect(forbiddenImports(sourceFiles())).toEqual([])
  })

  test('only db talks to PostgreSQL', () => {
    const drivers = sourceFiles().filter(
      (file) =>
        importsOf(file).includes('pg') &&
        !['db', 'auth', 'changes', 'demo', 'domain', 'webhooks'].includes(folderOf(file)),
    )
    // Errors of the server are told apart where a request is answered.
    expect(drivers.map((file) => relative(SOURCE, file))).toEqual(['http/odata/read-error.ts'])
  })

  test('every file belongs to a folder of the table or to the composition root', () => {
    const roots = sourceFiles()
      .filter((file) => folderOf(file) === '.')
      .map((file) => relative(SOURCE, file))
    expect(roots.filter((name) => name.includes('/'))).toEqual([])
  })
})
