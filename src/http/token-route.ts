/** `POST /api/Token`: the key in a header, user name and password in the body; a token comes back (contract A1). */

import type { FastifyInstance, FastifyRequest } from 'fastify'
import type { Access } from '../auth/access.ts'
import { HapiError } from '../errors/hapi-error.ts'

/** A token lives 24 hours (A2). */
const EXPIRES_IN_S = 86_400

export function registerTokenRoute(app: FastifyInstance, access: Access): void {
  app.post('/api/Token', async (request, reply) => {
    const { token, expiresAt } = await access.issueToken({
      apiKey: headerText(request, 'x-api-key'),
      ...readCredentials(request.body),
      address: request.ip,
      requestId: request.id,
    })
    reply.header('cache-control', 'no-store')
    if (wantsBareToken(request)) return reply.type('text/plain').send(token)
    return reply
      .header('content-type', 'application/json')
      .send(Buffer.from(JSON.stringify(tokenBody(token, expiresAt))))
  })
  app.get('/api/Token', async (request) => {
    throw new HapiError(
      'OPERATION_NOT_SUPPORTED',
      { method: request.method, entity: 'Token' },
      { headers: { allow: 'POST' } },
    )
  })
}

function tokenBody(token: string, expiresAt: Date): Readonly<Record<string, string | number>> {
  return {
    Token: token,
    TokenType: 'Bearer',
    ExpiresIn: EXPIRES_IN_S,
    ExpiresAt: expiresAt.toISOString().replace('.000Z', 'Z'),
  }
}

function wantsBareToken(request: FastifyRequest): boolean {
  const accept = request.headers.accept?.toLowerCase() ?? ''
  return accept.startsWith('text/plain')
}

function headerText(request: FastifyRequest, name: string): string {
  const value = request.headers[name]
  return typeof value === 'string' ? value : ''
}

/** Property names in any letter case; what is no text counts as empty, and so as wrong. */
function readCredentials(body: unknown): { readonly userName: string; readonly password: string } {
  if (typeof body !== 'object' || body === null || Array.isArray(body))
    throw new HapiError('INVALID_BODY', { reason: '{"UserName","Password"}' })
  const values = new Map(Object.entries(body).map(([name, value]) => [name.toLowerCase(), value]))
  return { userName: textOf(values.get('username')), password: textOf(values.get('password')) }
}

function textOf(value: unknown): string {
  return typeof value === 'string' ? value : ''
}
