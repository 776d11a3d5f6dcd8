/** `/`: what this is and where things are, in French and English. */

import type { FastifyInstance } from 'fastify'
import { negotiateLanguage } from './language.ts'

interface HomeText {
  readonly title: string
  readonly lead: string
  readonly firstCall: string
  readonly links: readonly (readonly [href: string, name: string, what: string])[]
}

const texts: Readonly<Record<'fr' | 'en', HomeText>> = {
  fr: {
    title: 'Primmo HApi',
    lead: "L'API d'intégration de Primmo : immeubles, unités, locataires, baux et services, à lire et à écrire en OData.",
    firstCall: 'Premier appel',
    links: [
      ['/swagger/index.html', 'Swagger', 'la documentation, où chaque appel peut être essayé'],
      ['/api/$metadata', '/api/$metadata', 'le modèle de données (jeton requis)'],
      ['/api', '/api', "la liste des ensembles d'entités (jeton requis)"],
      ['/api/feed.pbids', '/api/feed.pbids', "l'adresse du service, pour Power BI"],
      ['/health/ready', '/health/ready', "l'état du service"],
    ],
  },
  en: {
    title: 'Primmo HApi',
    lead: 'The integration API of Primmo: buildings, units, tenants, leases and services, read and written through OData.',
    firstCall: 'First call',
    links: [
      ['/swagger/index.html', 'Swagger', 'the documentation, where each call can be tried'],
      ['/api/$metadata', '/api/$metadata', 'the data model (token required)'],
      ['/api', '/api', 'the list of entity sets (token required)'],
      ['/api/feed.pbids', '/api/feed.pbids', 'the address of the service, for Power BI'],
      ['/health/ready', '/health/ready', 'the state of the service'],
    ],
  },
}

const STYLE = `
  :root { color-scheme: light dark; }
  body { font: 16px/1.6 system-ui, sans-serif; max-width: 46rem; margin: 3rem auto; padding: 0 1.25rem; }
  h1 { font-size: 1.8rem; margin-bottom: .25rem; }
  section + section { border-top: 1px solid #8884; margin-top: 2.5rem; padding-top: 1.5rem; }
  pre { background: #8881; border-radius: 6px; padding: .9rem 1rem; overflow-x: auto; }
  dt { font-weight: 600; } dd { margin: 0 0 .6rem; }
`

/** No script, no style but its own sheet. */
const CONTENT_SECURITY_POLICY =
  "default-src 'none'; style-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'"

export function registerHomePage(app: FastifyInstance, publicUrl: string | undefined): void {
  app.get('/', async (request, reply) => {
    const language = negotiateLanguage(request.headers['accept-language'])
    const root = publicUrl ?? `${request.protocol}://${request.host}`
    return reply
      .header('content-security-policy', CONTENT_SECURITY_POLICY)
      .header('content-language', 'fr, en')
      .header('vary', 'Accept-Language')
      .type('text/html; charset=utf-8')
      .send(page(language, root))
  })
  app.get('/home.css', async (_, reply) => reply.type('text/css; charset=utf-8').send(STYLE))
}

/** Both languages on one page, the reader's first. */
function page(first: 'fr' | 'en', root: string): string {
  const second = first === 'fr' ? 'en' : 'fr'
  return `<!doctype html>
<html lang="${first}">
<head><meta charset="utf-8"><meta name="viewport" content="width=device-width, initial-scale=1"><title>Primmo HApi</title><link rel="stylesheet" href="/home.css"></head>
<body>
${section(first, root, 'h1')}
${section(second, root, 'h2')}
</body>
</html>
`
}

function section(language: 'fr' | 'en', root: string, heading: 'h1' | 'h2'): string {
  const text = texts[language]
  const links = text.links
    .map(([href, name, what]) => `<dt><a href="${href}">${name}</a></dt><dd>${what}</dd>`)
    .join('')
  return `<section lang="${language}"><${heading}>${text.title}</${heading}><p>${text.lead}</p><dl>${links}</dl><h3>${text.firstCall}</h3><pre>${firstCalls(root)}</pre></section>`
}

function firstCalls(root: string): string {
  return escapeHtml(`curl -X POST ${root}/api/Token \\
  -H "x-api-key: …" -H "Content-Type: application/json" \\
  -d '{"UserName":"…","Password":"…"}'

curl "${root}/api/Buildings?\\$top=3&\\$expand=Units" \\
  -H "Authorization: Bearer …"`)
}

/** The host comes from the request, so it is text and never markup. */
function escapeHtml(text: string): string {
  return text.replace(/[&<>"]/g, (character) => `&#${character.charCodeAt(0)};`)
}
