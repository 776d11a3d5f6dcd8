/** Names to addresses, without letting a slow name server hold up anything else. */

import type { LookupAddress } from 'node:dns'
import { lookup, Resolver } from 'node:dns/promises'
import { setTimeout as delay } from 'node:timers/promises'
import { isInternalName } from './destination.ts'
import type { EgressPolicy } from './egress-policy.ts'

/** The addresses of a name, best first. Rejects when there are none. */
export type ResolveName = (name: string) => Promise<readonly LookupAddress[]>

/** Of libuv's four threads, which files and password hashes need too. */
const SYSTEM_LOOKUPS_MAX = 2

/** Whoever comes later is refused: those before him would outlast his time limit. */
const SYSTEM_LOOKUPS_WAITING_MAX = 500

/** Milliseconds per name server and try; a connection has five seconds in all by default. */
const QUERY_TIMEOUT_MS = 2_000
const QUERY_TRIES = 2

/** Milliseconds that IPv4 addresses wait for the IPv6 ones (RFC 8305 §3). */
const RESOLUTION_DELAY_MS = 50

/**
 * Public names are asked of DNS by c-ares, which takes no thread while a server is silent. Names of
 * the operator's own network, once one is permitted, may stand in the hosts file or need the
 * search domains, which only the operating system's resolver knows. `servers` are the addresses of
 * name servers (`127.0.0.1:5353`); absent, those of the system.
 */
export function systemResolver(policy: EgressPolicy, servers?: readonly string[]): ResolveName {
  const resolver = new Resolver({ timeout: QUERY_TIMEOUT_MS, tries: QUERY_TRIES })
  if (servers !== undefined) resolver.setServers(servers)
  const askSystem = bounded((name) => lookup(name, { all: true, verbatim: true }))
  return async (name) => {
    if (isInternalName(name)) return askSystem(name)
    try {
      return await askDns(resolver, name)
    } catch (error) {
      if (policy.allowedNetworks.length === 0 || !isUnknownName(error)) throw error
      return askSystem(name)
    }
  }
}

async function askDns(resolver: Resolver, name: string): Promise<readonly LookupAddress[]> {
  const [four, six] = [resolver.resolve4(name), resolver.resolve6(name)]
  const ipv6 = six.then(
    (addresses) => addresses.map((address) => ({ address, family: 6 })),
    () => [],
  )
  try {
    const ipv4 = (await four).map((address) => ({ address, family: 4 }))
    return [...ipv4, ...(await Promise.race([ipv6, delay(RESOLUTION_DELAY_MS, [])]))]
  } catch (error) {
    const found = await ipv6
    if (found.length === 0) throw error
    return found
  }
}

function isUnknownName(error: unknown): boolean {
  return (
    error instanceof Error &&
    'code' in error &&
    (error.code === 'ENOTFOUND' || error.code === 'ENODATA')
  )
}

/** At most so many at a time; the others wait in turn, up to a number. */
function bounded(resolve: ResolveName): ResolveName {
  let running = 0
  const waiting: (() => void)[] = []
  return async (name) => {
    if (waiting.length >= SYSTEM_LOOKUPS_WAITING_MAX) throw new Error('too many names to look up')
    if (running >= SYSTEM_LOOKUPS_MAX)
      await new Promise<void>((start) => {
        waiting.push(start)
      })
    else running += 1
    try {
      return await resolve(name)
    } finally {
      // A place that is handed on stays counted.
      const next = waiting.shift()
      if (next === undefined) running -= 1
      else next()
    }
  }
}
