/**
 * A webhook's URL as it is saved: one spelling, and nothing that could never be delivered to.
 * Names are not resolved here; the address they lead to is judged whenever one is dialled.
 */

import { isIP } from 'node:net'
import { HapiError } from '../errors/hapi-error.ts'
import type { Phrase } from '../errors/phrase.ts'
import { type AddressRefusal, addressRefusal, type EgressPolicy } from './egress-policy.ts'

/** Characters; longer ones are cut by proxies and logs on the way. */
const URL_LENGTH_MAX = 2_048

/** Below it stand services that speak no HTTP (25, 53, 445…), save the two of HTTP itself. */
const FIRST_FREE_PORT = 1_024

/** Zones that exist only inside networks, and `localhost` (RFC 6761, RFC 6762). */
const INTERNAL_NAME = /^[^.]*$|(?:^|\.)(?:localhost|local|internal)$/

/**
 * Reads a URL and gives its normalised spelling: no fragment, host in lower case and ASCII.
 * `target` names the field it came from. Throws HapiError: WEBHOOK_URL_INVALID,
 * WEBHOOK_HTTP_REFUSED, WEBHOOK_ADDRESS_REFUSED.
 */
export function readDestination(text: string, policy: EgressPolicy, target: string): string {
  const url = parseUrl(text, target)
  checkParts(url, target)
  if (url.protocol === 'http:' && !policy.allowHttp)
    throw new HapiError('WEBHOOK_HTTP_REFUSED', {}, { target })
  checkHost(url, policy, target)
  const { href } = url
  if (href.length > URL_LENGTH_MAX) throw invalid(tooLong, target)
  return href
}

/** The host of a URL as a name or an address: without the brackets of IPv6. */
function hostOf(url: URL): string {
  return url.hostname.replace(/^\[|\]$/g, '')
}

/** Is this a name of the machine or of its network, which public DNS does not know? */
export function isInternalName(name: string): boolean {
  return INTERNAL_NAME.test(name.toLowerCase())
}

const tooLong: Phrase = {
  fr: `elle dépasse ${URL_LENGTH_MAX} caractères`,
  en: `it exceeds ${URL_LENGTH_MAX} characters`,
}

function parseUrl(given: string, target: string): URL {
  if (given.length > URL_LENGTH_MAX) throw invalid(tooLong, target)
  const text = given.replace(/^ +| +$/g, '')
  // The URL class drops tabs and line ends, and takes `\` for `/`: what is stored would not be what was read.
  if (/[\u0000-\u0020\u007f-\u00a0\\]/.test(text))
    throw invalid(
      {
        fr: 'elle contient un blanc, un caractère de contrôle ou « \\ »',
        en: "it contains a blank, a control character or '\\'",
      },
      target,
    )
  if (!/^https?:\/\//i.test(text))
    throw invalid(
      { fr: 'elle doit commencer par https://', en: 'it must begin with https://' },
      target,
    )
  const url = URL.canParse(text) ? new URL(text) : undefined
  if (url === undefined)
    throw invalid(
      { fr: "ce n'est pas une URL bien formée", en: 'it is not a well-formed URL' },
      target,
    )
  return url
}

function checkParts(url: URL, target: string): void {
  if (url.username !== '' || url.password !== '')
    throw invalid(
      {
        fr: "elle ne peut porter ni nom d'utilisateur ni mot de passe; donnez-les par un en-tête",
        en: 'it may carry neither a user name nor a password; give them by a header',
      },
      target,
    )
  const port = Number(url.port)
  if (url.port !== '' && port !== 80 && port !== 443 && port < FIRST_FREE_PORT)
    throw invalid(
      {
        fr: `le port ${url.port} n'est pas permis; utilisez 443, 80, ou de ${FIRST_FREE_PORT} à 65535`,
        en: `port ${url.port} is not allowed; use 443, 80, or ${FIRST_FREE_PORT} to 65535`,
      },
      target,
    )
  url.hash = ''
}

function checkHost(url: URL, policy: EgressPolicy, target: string): void {
  // A name that ends with a dot is the same name, but not for certificates.
  if (url.hostname.endsWith('.')) url.hostname = url.hostname.slice(0, -1)
  const host = hostOf(url)
  if (host.split('.').includes('') && isIP(host) === 0)
    throw invalid(
      { fr: "le nom de l'hôte est mal formé", en: 'the host name is malformed' },
      target,
    )
  if (isIP(host) !== 0) {
    const refusal = addressRefusal(host, policy)
    if (refusal !== undefined)
      throw addressRefused(host, refusal, `${host}/${bitsOf(host)}`, target)
  } else if (isInternalName(host) && policy.allowedNetworks.length === 0) {
    const suggested = /(?:^|\.)localhost$/.test(host) ? '127.0.0.0/8,::1/128' : '10.0.0.0/8'
    throw addressRefused(host, 'INTERNAL', suggested, target)
  }
}

function bitsOf(address: string): number {
  return isIP(address) === 4 ? 32 : 128
}

function addressRefused(
  host: string,
  refusal: AddressRefusal,
  networks: string,
  target: string,
): HapiError<'WEBHOOK_ADDRESS_REFUSED'> {
  const reason: Phrase =
    refusal === 'INTERNAL'
      ? {
          fr: `elle est interne ou réservée. L'opérateur peut permettre son réseau (par exemple HAPI_WEBHOOK_ALLOW_CIDR=${networks}); sur un poste de développement, utilisez « hapi listen »`,
          en: `it is internal or reserved. The operator may allow its network (for example HAPI_WEBHOOK_ALLOW_CIDR=${networks}); on a developer's machine, use 'hapi listen'`,
        }
      : {
          fr: "elle est de lien local ou sert les métadonnées d'une machine, ce qu'aucun réglage ne permet",
          en: 'it is link-local or serves the metadata of a machine, which no setting allows',
        }
  return new HapiError('WEBHOOK_ADDRESS_REFUSED', { host, reason }, { target })
}

function invalid(reason: Phrase, target: string): HapiError<'WEBHOOK_URL_INVALID'> {
  return new HapiError('WEBHOOK_URL_INVALID', { reason }, { target })
}
