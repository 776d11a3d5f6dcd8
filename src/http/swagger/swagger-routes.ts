/** `/swagger/index.html` (contract E1): the documentation page, where calls can be tried, without the Internet. */

import type { FastifyInstance, FastifyReply } from 'fastify'
import type { Language } from '../../derive/language.ts'
import { buildOpenApi, type OpenApiOptions } from '../../derive/openapi.ts'
import { HapiError } from '../../errors/hapi-error.ts'
import type { Model } from '../../model/model.ts'
import { type Asset, assetOf, readSwaggerFiles } from './swagger-assets.ts'

/** `serverUrl` is what the page calls; `/` is the server that answers the page. */
export interface SwaggerOptions extends Omit<OpenApiOptions, 'lang'> {
  readonly model: Model
}

/**
 * Scripts are ours alone, none inline. Styles may be inline: Swagger UI writes style elements and attributes, and
 * draws its icons from `data:` images.
 */
const contentSecurityPolicy = [
  "default-src 'self'",
  "script-src 'self'",
  "style-src 'self' 'unsafe-inline'",
  "img-src 'self' data:",
  "object-src 'none'",
  "base-uri 'none'",
  "form-action 'none'",
  "frame-ancestors 'none'",
].join('; ')

export function registerSwaggerRoutes(app: FastifyInstance, options: SwaggerOptions): void {
  const files = new Map(readSwaggerFiles())
  app.get('/swagger', (_, reply) => reply.redirect('/swagger/index.html'))
  app.get<{ Params: { file: string } }>('/swagger/:file', (request, reply) => {
    const { file } = request.params
    const asset = files.get(file) ?? makeDocument(options, file)
    if (asset === undefined) throw new HapiError('ROUTE_NOT_FOUND', { path: request.url })
    files.set(file, asset)
    return sendAsset(reply, asset, request.headers['if-none-match'])
  })
}

const languageOf: Readonly<Record<string, Language>> = {
  'openapi.fr.json': 'fr',
  'openapi.en.json': 'en',
}

/** Made when somebody first asks for it: the two take a good part of a second, which the start need not wait. */
function makeDocument(options: SwaggerOptions, file: string): Asset | undefined {
  const lang = Object.hasOwn(languageOf, file) ? languageOf[file] : undefined
  if (lang === undefined) return undefined
  const { model, ...rest } = options
  const text = JSON.stringify(buildOpenApi(model, { lang, ...rest }))
  return assetOf(file, Buffer.from(text))
}

function sendAsset(reply: FastifyReply, asset: Asset, known: string | undefined): FastifyReply {
  reply.headers({
    'content-security-policy': contentSecurityPolicy,
    'x-content-type-options': 'nosniff',
    'referrer-policy': 'no-referrer',
    // Asked again each time, so that a new version shows at once; answered by 304 when it is the same.
    'cache-control': 'no-cache',
    etag: asset.etag,
  })
  if (known === asset.etag) return reply.code(304).send()
  return reply.type(asset.contentType).send(asset.body)
}
