/**
 * Which addresses a webhook may be sent to. The decision is taken on the address that is dialled,
 * never on a name: names change their answer between the check and the connection.
 */

import { isIP } from 'node:net'
import ipaddr from 'ipaddr.js'

type Address = ipaddr.IPv4 | ipaddr.IPv6

/** A network as `10.0.0.0/8` writes it: its first address and the length of its prefix. */
export type Network = readonly [Address, number]

/** What the operator permits beyond the public internet by https. */
export interface EgressPolicy {
  readonly allowHttp: boolean
  readonly allowedNetworks: readonly Network[]
}

/** Why an address is refused. No setting lifts the first two. */
export type AddressRefusal = 'NOT_AN_ADDRESS' | 'METADATA' | 'INTERNAL'

/** Hands out credentials of the machine to whoever asks: refused even inside a permitted network. */
const metadataNetworks = networks(
  '169.254.0.0/16', // AWS, Google Cloud, Azure, OpenStack and others; link-local
  '100.100.100.200/32', // Alibaba Cloud
  '168.63.129.16/32', // Azure's platform; a public address
  '192.0.0.192/32', // Oracle Cloud
  'fd00:ec2::254/128', // AWS
  'fd20:ce::254/128', // Google Cloud
  'fe80::/10', // link-local
)

/** IANA's special-purpose registry of IPv4, and what is reserved or multicast. */
const internalIpv4 = networks(
  '0.0.0.0/8',
  '10.0.0.0/8',
  '100.64.0.0/10', // carrier-grade NAT
  '127.0.0.0/8',
  '169.254.0.0/16',
  '172.16.0.0/12',
  '192.0.0.0/24',
  '192.0.2.0/24',
  '192.88.99.0/24', // relays of 6to4
  '192.168.0.0/16',
  '198.18.0.0/15', // benchmarks
  '198.51.100.0/24',
  '203.0.113.0/24',
  '224.0.0.0/4', // multicast
  '240.0.0.0/4', // reserved, broadcast
)

/**
 * Only 2000::/3 is the internet: the first three networks are all the rest, thus unspecified,
 * loopback, IPv4-compatible, NAT64 (64:ff9b::/96, 64:ff9b:1::/48), discard (100::/64), SRv6
 * (5f00::/16), unique local, link-local, site-local and multicast.
 */
const internalIpv6 = networks(
  '::/3',
  '4000::/2',
  '8000::/1',
  '2001::/23', // protocol assignments, Teredo (2001::/32) among them
  '2001:db8::/32',
  '2002::/16', // 6to4: an IPv4 address in disguise
  '3fff::/20',
)

const mapped = networks('::ffff:0:0/96')
const nat64 = networks('64:ff9b::/96', '64:ff9b:1::/48')
const sixToFour = networks('2002::/16')
const teredo = networks('2001::/32')
const compatible = networks('::/96')

/**
 * `undefined` when a connection to this address is permitted. `address` is one as the operating
 * system writes it; anything else, and one with a zone (`fe80::1%eth0`), is not an address.
 */
export function addressRefusal(address: string, policy: EgressPolicy): AddressRefusal | undefined {
  if (isIP(address) === 0 || address.includes('%')) return 'NOT_AN_ADDRESS'
  return refusalOf(unmap(ipaddr.parse(address)), policy.allowedNetworks)
}

/** Networks of a comma-separated list; `undefined` when one is not a CIDR without host bits. */
export function readNetworks(list: string): readonly Network[] | undefined {
  const read = list.split(',').map((text) => readNetwork(text.trim()))
  return read.every((network) => network !== undefined) ? read : undefined
}

function refusalOf(address: Address, allowed: readonly Network[]): AddressRefusal | undefined {
  if (isIn(metadataNetworks, address)) return 'METADATA'
  const inner = embeddedIpv4(address)
  const innerRefusal = inner === undefined ? undefined : refusalOf(inner, allowed)
  if (innerRefusal === 'METADATA') return 'METADATA'
  // Who permits the prefix of his NAT64 permits the internet behind it, not his network behind it.
  if (isIn(allowed, address)) return innerRefusal
  return isIn(internalIpv4, address) || isIn(internalIpv6, address) ? 'INTERNAL' : undefined
}

/** A socket that serves both families shows an IPv4 peer as `::ffff:a.b.c.d`. */
function unmap(address: Address): Address {
  return isIn(mapped, address) ? ipv4At(address, 12) : address
}

/** The IPv4 host that a packet to this address ends at, by translation or through a tunnel. */
function embeddedIpv4(address: Address): ipaddr.IPv4 | undefined {
  if (isIn(nat64, address)) return ipv4At(address, 12)
  if (isIn(sixToFour, address)) return ipv4At(address, 2)
  // RFC 4380 §4: a Teredo client's own address stands at the end with its bits turned over.
  if (isIn(teredo, address)) return ipv4At(address, 12, 0xff)
  // `::` and `::1` are no IPv4 addresses, though they stand where these stood (RFC 4291 §2.5.5.1).
  const parts = address.toByteArray()
  return isIn(compatible, address) && parts.slice(12, 15).some((byte) => byte > 0)
    ? ipv4At(address, 12)
    : undefined
}

function ipv4At(address: Address, offset: number, mask = 0): ipaddr.IPv4 {
  const bytes = address.toByteArray().slice(offset, offset + 4)
  return new ipaddr.IPv4(bytes.map((byte) => byte ^ mask))
}

function isIn(list: readonly Network[], address: Address): boolean {
  return list.some(
    ([first, bits]) => first.kind() === address.kind() && address.match([first, bits]),
  )
}

function networks(...texts: readonly string[]): readonly Network[] {
  return texts.map((text) => ipaddr.parseCIDR(text))
}

/** Stricter than the library, which reads `010.0.0.0/8` as octal and cuts host bits away. */
function readNetwork(text: string): Network | undefined {
  const [, address = '', bits = ''] = /^([\da-f:.]+)\/(\d{1,3})$/i.exec(text) ?? []
  const family = isIP(address)
  const length = Number(bits)
  if (family === 0 || length > (family === 4 ? 32 : 128)) return undefined
  const first = ipaddr.parse(address)
  const network =
    first.kind() === 'ipv4'
      ? ipaddr.IPv4.networkAddressFromCIDR(text)
      : ipaddr.IPv6.networkAddressFromCIDR(text)
  // A mapped network would never match: addresses are compared after they are unmapped.
  if (network.toString() !== first.toString() || isIn(mapped, first)) return undefined
  return [first, length]
}
