/**
 * Opens connections to permitted addresses only. Whatever a name answered before, what counts is
 * the address that this connection is made to: judged before it is dialled, and again once it is
 * open, before a byte is sent.
 */

import type { LookupAddress } from 'node:dns'
import { connect as connectTcp, isIP, type LookupFunction, type Socket } from 'node:net'
import { connect as connectTls } from 'node:tls'
import type { buildConnector } from 'undici'
import { addressRefusal, type EgressPolicy } from './egress-policy.ts'
import type { ResolveName } from './name-resolver.ts'

/** Why there is no connection. Nothing in it tells what stands at the address. */
export class ConnectionFailure extends Error {
  override readonly name = 'ConnectionFailure'
  readonly result: 'TIMEOUT' | 'DNS_FAILED' | 'ADDRESS_REFUSED' | 'CONNECT_FAILED' | 'TLS_FAILED'

  constructor(result: ConnectionFailure['result']) {
    super(result)
    this.result = result
  }
}

interface ConnectorOptions {
  readonly policy: EgressPolicy
  /** Milliseconds for name, connection and TLS together. */
  readonly connectTimeoutMs: number
  readonly resolve: ResolveName
  /** Certificate authorities in PEM instead of Node's own. */
  readonly ca?: string | undefined
}

/** Of one name; a name server may answer with hundreds. */
const ADDRESSES_MAX = 8

/** Milliseconds for one address of several before the next is tried as well (RFC 8305 §5). */
const NEXT_ADDRESS_MS = 1_000

/** Milliseconds until the operating system asks a silent peer whether it is still there. */
const TCP_KEEP_ALIVE_MS = 60_000

/** For undici's `connect` option. */
export function guardedConnector(options: ConnectorOptions): buildConnector.connector {
  const lookup = guardedLookup(options)
  return (to, callback) => {
    if (isIP(to.hostname) !== 0 && addressRefusal(to.hostname, options.policy) !== undefined) {
      // Not before the caller is done, who does not expect an answer while he asks.
      process.nextTick(callback, new ConnectionFailure('ADDRESS_REFUSED'), null)
      return
    }
    watch(open(to, lookup, options.ca), to.protocol === 'https:', options, callback)
  }
}

function open(to: buildConnector.Options, lookup: LookupFunction, ca: string | undefined): Socket {
  const secure = to.protocol === 'https:'
  const tcp = {
    host: to.hostname,
    port: to.port === '' ? (secure ? 443 : 80) : Number(to.port),
    lookup,
    noDelay: true,
    keepAlive: true,
    keepAliveInitialDelay: TCP_KEEP_ALIVE_MS,
    autoSelectFamily: true,
    autoSelectFamilyAttemptTimeout: NEXT_ADDRESS_MS,
  }
  if (!secure) return connectTcp(tcp)
  return connectTls({
    ...tcp,
    ...(ca === undefined ? {} : { ca }),
    // RFC 6066 §3: an address is no server name.
    servername: isIP(to.hostname) === 0 ? to.hostname : '',
    ALPNProtocols: ['http/1.1'],
    minVersion: 'TLSv1.2',
    // Said, so that NODE_TLS_REJECT_UNAUTHORIZED=0 does not undo it.
    rejectUnauthorized: true,
  })
}

/** Calls back once: with the open socket, or with why there is none. */
function watch(
  socket: Socket,
  secure: boolean,
  { policy, connectTimeoutMs }: ConnectorOptions,
  callback: buildConnector.Callback,
): void {
  let settled = false
  let reached = false
  const fail = (result: ConnectionFailure['result']): void => {
    socket.destroy()
    if (settled) return
    settled = true
    clearTimeout(timer)
    callback(new ConnectionFailure(result), null)
  }
  const timer = setTimeout(fail, connectTimeoutMs, 'TIMEOUT')
  // First of all listeners: TLS begins to speak in the next one.
  socket.prependOnceListener('connect', () => {
    reached = true
    const { remoteAddress } = socket
    if (remoteAddress === undefined) fail('CONNECT_FAILED')
    else if (addressRefusal(remoteAddress, policy) !== undefined) fail('ADDRESS_REFUSED')
  })
  socket.once(secure ? 'secureConnect' : 'connect', () => {
    if (settled) return
    settled = true
    clearTimeout(timer)
    callback(null, socket)
  })
  socket.on('error', (error) => {
    if (error instanceof ConnectionFailure) fail(error.result)
    else fail(reached && secure ? 'TLS_FAILED' : 'CONNECT_FAILED')
  })
  socket.once('close', () => {
    fail(reached && secure ? 'TLS_FAILED' : 'CONNECT_FAILED')
  })
}

/** For the `lookup` option of `net`: the permitted addresses of a name, in both forms that may be asked for. */
export function guardedLookup({ policy, resolve }: ConnectorOptions): LookupFunction {
  return (name, { all, family }, callback) => {
    permittedAddresses(name, resolve, policy).then(
      (addresses) => {
        const wanted = addresses.filter((one) => !isOtherFamily(one.family, family))
        const [first] = wanted
        if (first === undefined) callback(new ConnectionFailure('DNS_FAILED'), '')
        else if (all === true) callback(null, [...wanted])
        else callback(null, first.address, first.family)
      },
      (error: unknown) => {
        const failure =
          error instanceof ConnectionFailure ? error : new ConnectionFailure('DNS_FAILED')
        callback(failure, '')
      },
    )
  }
}

function isOtherFamily(family: number, wanted: number | string | undefined): boolean {
  return (wanted === 4 || wanted === 6) && family !== wanted
}

async function permittedAddresses(
  name: string,
  resolve: ResolveName,
  policy: EgressPolicy,
): Promise<readonly LookupAddress[]> {
  const addresses = await resolve(name)
  const permitted = addresses.filter(({ address }) => addressRefusal(address, policy) === undefined)
  if (permitted.length === 0 && addresses.length > 0) throw new ConnectionFailure('ADDRESS_REFUSED')
  return permitted.slice(0, ADDRESSES_MAX)
}
