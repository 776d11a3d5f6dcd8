/** A page with OpenUI5, served from the installed package: the browser's half of a UI5 application. */

import { createReadStream } from 'node:fs'
import { createServer, type Server } from 'node:http'
import { createRequire } from 'node:module'
import type { AddressInfo } from 'node:net'
import { dirname, extname, join, normalize } from 'node:path'

/** Its modules, as they are. */
const SOURCES = join(
  dirname(createRequire(import.meta.url).resolve('@openui5/sap.ui.core/package.json')),
  'src',
)

const PAGE = `<!doctype html>
<html lang="fr"><head><meta charset="utf-8"><title>UI5</title></head>
<body><script src="/resources/ui5loader.js"></script><script src="/resources/ui5loader-autoconfig.js"></script>
<script type="module" src="/scenarios.js"></script></body></html>`

const TYPES: Readonly<Record<string, string>> = {
  '.js': 'text/javascript',
  '.json': 'application/json',
  '.properties': 'text/plain',
}

export interface Ui5Page {
  readonly origin: string
  close(): Promise<void>
}

export async function serveUi5Page(): Promise<Ui5Page> {
  const server = createServer((request, response) => {
    const { pathname } = new URL(request.url ?? '/', 'http://page')
    if (pathname === '/') {
      response.writeHead(200, { 'content-type': 'text/html' }).end(PAGE)
      return
    }
    const file =
      pathname === '/scenarios.js'
        ? join(import.meta.dirname, 'ui5-scenarios.js')
        : join(SOURCES, normalize(pathname.replace(/^\/resources\//, '/')))
    createReadStream(file)
      .once('open', () => response.setHeader('content-type', TYPES[extname(file)] ?? 'text/plain'))
      .once('error', () => response.writeHead(404).end())
      .pipe(response)
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  return { origin: originOf(server), close: () => closeServer(server) }
}

function originOf(server: Server): string {
  // A server that listens on TCP has an address of this kind.
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}`
}

async function closeServer(server: Server): Promise<void> {
  server.closeAllConnections()
  await new Promise((resolve) => server.close(resolve))
}
