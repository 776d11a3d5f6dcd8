import { describe, expect, test } from 'vitest'
import { addressRefusal, type EgressPolicy, readNetworks } from './egress-policy.ts'

const strict: EgressPolicy = { allowHttp: false, allowedNetworks: [] }

function allowing(list: string): EgressPolicy {
  const allowedNetworks = readNetworks(list)
  if (allowedNetworks === undefined) throw new Error(`not networks: ${list}`)
  return { allowHttp: false, allowedNetworks }
}

describe('security API7: internal addresses', () => {
  // First and last address of each denied range, and the public addresses beside it.
  test.each<[string, string, string, readonly string[]]>([
    ['this network', '0.0.0.0', '0.255.255.255', ['1.0.0.0']],
    ['private', '10.0.0.0', '10.255.255.255', ['9.255.255.255', '11.0.0.0']],
    ['carrier-grade NAT', '100.64.0.0', '100.127.255.255', ['100.63.255.255', '100.128.0.0']],
    ['loopback', '127.0.0.0', '127.255.255.255', ['126.255.255.255', '128.0.0.0']],
    ['private', '172.16.0.0', '172.31.255.255', ['172.15.255.255', '172.32.0.0']],
    ['protocols', '192.0.0.0', '192.0.0.255', ['191.255.255.255', '192.0.1.0']],
    ['documentation', '192.0.2.0', '192.0.2.255', ['192.0.1.255', '192.0.3.0']],
    ['6to4 relays', '192.88.99.0', '192.88.99.255', ['192.88.98.255', '192.88.100.0']],
    ['private', '192.168.0.0', '192.168.255.255', ['192.167.255.255', '192.169.0.0']],
    ['benchmarks', '198.18.0.0', '198.19.255.255', ['198.17.255.255', '198.20.0.0']],
    ['documentation', '198.51.100.0', '198.51.100.255', ['198.51.99.255', '198.51.101.0']],
    ['documentation', '203.0.113.0', '203.0.113.255', ['203.0.112.255', '203.0.114.0']],
    ['multicast', '224.0.0.0', '239.255.255.255', ['223.255.255.255']],
    ['reserved, broadcast', '240.0.0.0', '255.255.255.255', []],
    ['unspecified, loopback', '::', '::1', []],
    ['IPv4-compatible', '::2', '::fffe:ffff', []],
    ['NAT64', '64:ff9b::', '64:ff9b::ffff:ffff', []],
    ['local NAT64', '64:ff9b:1::', '64:ff9b:1:ffff:ffff:ffff:ffff:ffff', []],
    ['discard', '100::', '100::ffff:ffff:ffff:ffff', []],
    ['below global unicast', '::1:0:0', '1fff:ffff:ffff:ffff:ffff:ffff:ffff:ffff', ['2000::']],
    ['protocols, Teredo', '2001::', '2001:1ff:ffff:ffff:ffff:ffff:ffff:ffff', ['2001:200::']],
    [
      'documentation',
      '2001:db8::',
      '2001:db8:ffff:ffff:ffff:ffff:ffff:ffff',
      ['2001:db7:ffff:ffff:ffff:ffff:ffff:ffff', '2001:db9::'],
    ],
    [
      '6to4',
      '2002::',
      '2002:ffff:ffff:ffff:ffff:ffff:ffff:ffff',
      ['2001:ffff:ffff:ffff:ffff:ffff:ffff:ffff', '2003::'],
    ],
    [
      'documentation',
      '3fff::',
      '3fff:fff:ffff:ffff:ffff:ffff:ffff:ffff',
      ['3ffe:ffff:ffff:ffff:ffff:ffff:ffff:ffff', '3fff:1000::'],
    ],
    ['above global unicast', '4000::', 'fe7f:ffff:ffff:ffff:ffff:ffff:ffff:ffff', []],
    ['SRv6', '5f00::', '5f00:ffff:ffff:ffff:ffff:ffff:ffff:ffff', []],
    ['unique local', 'fc00::', 'fdff:ffff:ffff:ffff:ffff:ffff:ffff:ffff', []],
    ['site-local', 'fec0::', 'feff:ffff:ffff:ffff:ffff:ffff:ffff:ffff', []],
    ['multicast', 'ff00::', 'ffff:ffff:ffff:ffff:ffff:ffff:ffff:ffff', []],
  ])('%s: %s to %s', (_, first, last, neighbours) => {
    expect([first, addressRefusal(first, strict)]).toEqual([first, 'INTERNAL'])
    expect([last, addressRefusal(last, strict)]).toEqual([last, 'INTERNAL'])
    for (const address of neighbours)
      expect([address, addressRefusal(address, strict)]).toEqual([address, undefined])
    // The same IPv4 range as a socket of both families shows it.
    if (first.includes('.')) {
      expect(addressRefusal(`::ffff:${first}`, strict)).toBe('INTERNAL')
      expect(addressRefusal(`::ffff:${last}`, strict)).toBe('INTERNAL')
      for (const address of neighbours)
        expect(addressRefusal(`::ffff:${address}`, strict)).toBeUndefined()
    }
  })

  test.each(['1.1.1.1', '8.8.8.8', '2606:4700:4700::1111', '2a00:1450::1', '::ffff:808:808'])(
    '%s is on the internet',
    (address) => {
      expect(addressRefusal(address, strict)).toBeUndefined()
    },
  )

  test.each([
    '',
    'localhost',
    '127.1',
    '0x7f000001',
    '2130706433',
    '010.0.0.1',
    'fe80::1%eth0',
    '2606::1%1',
    ' 1.1.1.1',
    '1.1.1.1/32',
    '[::1]',
  ])('%j is not an address that a system dials', (text) => {
    expect(addressRefusal(text, strict)).toBe('NOT_AN_ADDRESS')
  })
})

describe('security API7: exceptions by the operator', () => {
  test('an allowed network is allowed to its last address and no further', () => {
    const policy = allowing('10.1.0.0/16, ::1/128,192.168.7.9/32')
    const refusals = [
      '10.1.0.0',
      '10.1.255.255',
      '::ffff:10.1.2.3',
      '::1',
      '192.168.7.9',
      '10.2.0.0',
      '10.0.255.255',
      '192.168.7.8',
      '127.0.0.1',
    ].map((address) => addressRefusal(address, policy))
    expect(refusals).toEqual([
      ...Array.from({ length: 5 }, () => undefined),
      ...Array.from({ length: 4 }, () => 'INTERNAL'),
    ])
  })

  test.each([
    '169.254.169.254',
    '169.254.0.0',
    '169.254.255.255',
    '::ffff:169.254.169.254',
    '::ffff:a9fe:a9fe',
    '64:ff9b::a9fe:a9fe',
    '64:ff9b:1::a9fe:a9fe',
    '2002:a9fe:a9fe::1',
    '::a9fe:a9fe',
    // Teredo: the address with its bits turned over.
    '2001:0:4136:e378:8000:63bf:5601:5601',
    '100.100.100.200',
    '168.63.129.16',
    '192.0.0.192',
    'fd00:ec2::254',
    'fd20:ce::254',
    'fe80::1',
  ])('metadata address %s is refused even where everything is allowed', (address) => {
    expect(addressRefusal(address, strict)).toBe('METADATA')
    expect(addressRefusal(address, allowing('0.0.0.0/0,::/0'))).toBe('METADATA')
    expect(addressRefusal(address, allowing('169.254.0.0/16,64:ff9b::/96'))).toBe('METADATA')
  })

  test('behind an allowed NAT64 or tunnel the internet is allowed, an internal host is not', () => {
    const policy = allowing('64:ff9b::/96,2002::/16')
    expect(addressRefusal('64:ff9b::808:808', policy)).toBeUndefined()
    expect(addressRefusal('64:ff9b::7f00:1', policy)).toBe('INTERNAL')
    expect(addressRefusal('64:ff9b::a00:1', policy)).toBe('INTERNAL')
    expect(addressRefusal('2002:7f00:1::', policy)).toBe('INTERNAL')
    expect(addressRefusal('64:ff9b::a00:1', allowing('64:ff9b::/96,10.0.0.0/8'))).toBeUndefined()
  })

  test('an IPv4 network says nothing about IPv6, and the other way round', () => {
    expect(addressRefusal('fd00::1', allowing('0.0.0.0/0'))).toBe('INTERNAL')
    expect(addressRefusal('10.0.0.1', allowing('::/0'))).toBe('INTERNAL')
  })

  test.each([
    '',
    '10.0.0.0',
    '10.0.0.0/33',
    '::/129',
    '10.0.0.1/8',
    'fd00::1/8',
    '010.0.0.0/8',
    '10/8',
    '0x0a.0.0.0/8',
    '::ffff:10.0.0.0/104',
    'fe80::%eth0/10',
    '10.0.0.0/8,',
    '10.0.0.0/8;127.0.0.0/8',
    'localhost/32',
    '10.0.0.0/-1',
    '10.0.0.0/8/8',
  ])('%j is not a list of networks', (list) => {
    expect(readNetworks(list)).toBeUndefined()
  })
})
