/** The files of the Swagger page, in memory: ours, Swagger UI's own, and the documents made from the model. */

import { createHash } from 'node:crypto'
import { existsSync, readFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'

export interface Asset {
  readonly contentType: string
  readonly body: Buffer
  readonly etag: string
}

const ownFiles = ['index.html', 'page.css', 'page.js', 'french.js']
const swaggerUiFiles = ['swagger-ui.css', 'swagger-ui-bundle.js', 'favicon-32x32.png']

/** Without a charset Swagger UI's bundle is not even parsed by some browsers. */
const contentTypes: Readonly<Record<string, string>> = {
  html: 'text/html; charset=utf-8',
  css: 'text/css; charset=utf-8',
  js: 'text/javascript; charset=utf-8',
  json: 'application/json; charset=utf-8',
  png: 'image/png',
}

/** The static files by name; a name that is not a key is not served, whatever it looks like. */
export function readSwaggerFiles(): ReadonlyMap<string, Asset> {
  const here = dirname(fileURLToPath(import.meta.url))
  const packaged = swaggerUiFolder(here)
  return new Map(
    [
      ...ownFiles.map((name) => ({ name, folder: here })),
      ...swaggerUiFiles.map((name) => ({ name, folder: packaged })),
    ].map(({ name, folder }) => [name, assetOf(name, readFileSync(join(folder, name)))]),
  )
}

/** The build copies Swagger UI beside the program; a checkout has it as a development package. */
function swaggerUiFolder(here: string): string {
  const built = join(here, '..', 'swagger-ui')
  if (existsSync(built)) return built
  return dirname(createRequire(import.meta.url).resolve('swagger-ui-dist/package.json'))
}

export function assetOf(name: string, body: Buffer): Asset {
  const extension = name.slice(name.lastIndexOf('.') + 1)
  return {
    contentType: contentTypes[extension] ?? 'application/octet-stream',
    body,
    etag: `"${createHash('sha256').update(body).digest('base64url').slice(0, 22)}"`,
  }
}
