/** The service document (JSON Format 4.01 §5): the entity sets and the singleton, with their titles in the caller's language. */

import type { Model } from '../../model/model.ts'
import { singletons } from '../../model/singletons.ts'
import { negotiateLanguage } from '../language.ts'
import type { IncomingRequest, OutgoingReply } from './exchange.ts'
import { negotiateJson, negotiationHeaders } from './negotiation.ts'

/**
 * It has a context unless that is declined, also for those who show no awareness of OData: clients start from it.
 *
 * @param format the value of `$format`
 * @throws {HapiError} VERSION_NOT_SUPPORTED, NOT_ACCEPTABLE
 */
export function sendServiceDocument(
  model: Model,
  serviceRoot: string,
  format: string | undefined,
  request: IncomingRequest,
  reply: OutgoingReply,
): OutgoingReply {
  const negotiated = negotiateJson(negotiationHeaders(request), format)
  const language = negotiateLanguage(request.headers['accept-language'])
  const prefix = negotiated.version === '4.0' ? '@odata.' : '@'
  const value = [
    ...model.entityTypes.map((type) => ({
      name: type.set,
      kind: 'EntitySet',
      url: type.set,
      title: type[language],
    })),
    ...singletons.map((singleton) => ({
      name: singleton.name,
      kind: 'Singleton',
      url: singleton.name,
      title: singleton[language],
    })),
  ]
  const context =
    negotiated.metadata === 'none' ? {} : { [`${prefix}context`]: `${serviceRoot}/$metadata` }
  return reply
    .header('odata-version', negotiated.version)
    .header('vary', 'Accept, Accept-Language, OData-MaxVersion')
    .header('content-type', negotiated.contentType)
    .header('content-language', language)
    .send(Buffer.from(JSON.stringify({ ...context, value })))
}
