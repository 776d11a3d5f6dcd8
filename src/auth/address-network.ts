/** Whom an address stands for when failures are counted. */

/**
 * An IPv4 address stands for itself; an IPv6 address for its /64, which is what one subscriber is
 * given: counted one by one, his 2⁶⁴ addresses would have as many tries.
 */
export function networkOf(address: string): string {
  // A socket that serves both families shows an IPv4 client so.
  const [, ipv4] = /^::ffff:(\d+\.\d+\.\d+\.\d+)$/i.exec(address) ?? []
  if (ipv4 !== undefined) return ipv4
  if (!address.includes(':')) return address
  const [head = '', tail] = address.split('::')
  const left = groupsOf(head)
  const right = groupsOf(tail ?? '')
  const zeros = Array.from({ length: Math.max(0, 8 - left.length - right.length) }, () => '0')
  const groups = tail === undefined ? left : [...left, ...zeros, ...right]
  return `${groups.slice(0, 4).join(':')}::/64`
}

/** Of this machine alone. */
export function isLoopback(address: string): boolean {
  return address === '::1' || /^(?:::ffff:)?127\.\d+\.\d+\.\d+$/i.test(address)
}

function groupsOf(text: string): readonly string[] {
  const groups = text.split(':').filter((group) => group !== '')
  return groups.map((group) => Number.parseInt(group, 16).toString(16))
}
