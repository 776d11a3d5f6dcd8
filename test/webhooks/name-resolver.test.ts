import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { type EgressPolicy, readNetworks } from '../../src/webhooks/egress-policy.ts'
import { systemResolver } from '../../src/webhooks/name-resolver.ts'
import { WebhookSender } from '../../src/webhooks/sender.ts'
import { type NameServer, startNameServer } from './name-server.ts'
import { startReceiver } from './receivers.ts'

const ipv4 = [1, 1, 1, 1]
const ipv6 = [0x26, 0x06, 0x47, 0, 0x47, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0x11, 0x11]

const strict: EgressPolicy = { allowHttp: true, allowedNetworks: [] }
const permissive: EgressPolicy = {
  allowHttp: true,
  allowedNetworks: readNetworks('127.0.0.1/32') ?? [],
}

let server: NameServer

beforeAll(async () => {
  server = await startNameServer({
    'both.example': { a: ipv4, aaaa: ipv6 },
    'four.example': { a: ipv4 },
    'six.example': { aaaa: ipv6 },
    'halting.example': { a: ipv4, aaaa: null },
    'none.example': {},
    'inside.example': { a: [127, 0, 0, 1] },
  })
})

afterAll(() => server.close())

function resolve(name: string, policy = strict): Promise<readonly object[]> {
  return systemResolver(policy, [server.address])(name)
}

const one = { address: '1.1.1.1', family: 4 }
const six = { address: '2606:4700:4700::1111', family: 6 }

describe('names of receivers', () => {
  test('both families are asked for, whichever answers', async () => {
    expect(await resolve('both.example')).toEqual([one, six])
    expect(await resolve('four.example')).toEqual([one])
    expect(await resolve('six.example')).toEqual([six])
  })

  test('RFC 8305 §3: no answer for IPv6 does not hold up IPv4', async () => {
    expect(await resolve('halting.example')).toEqual([one])
  })

  test('a name that does not exist, or has no address, rejects', async () => {
    await expect(resolve('unknown.example')).rejects.toThrow(/ENOTFOUND/)
    await expect(resolve('none.example')).rejects.toThrow(/ENODATA/)
  })

  test("localhost is the system's to know", async () => {
    const addresses = await resolve('localhost', permissive)
    expect(addresses).toContainEqual({ address: '127.0.0.1', family: 4 })
  })

  test('more names than can be looked up by the system at once wait in turn', async () => {
    const ask = systemResolver(permissive, [server.address])
    const all = await Promise.all(Array.from({ length: 100 }, () => ask('localhost')))
    expect(all.every((addresses) => addresses.length > 0)).toBe(true)
    const crowd = await Promise.allSettled(Array.from({ length: 600 }, () => ask('localhost')))
    const refused = crowd.filter(({ status }) => status === 'rejected')
    // Two run, 500 wait.
    expect(refused).toHaveLength(98)
  })

  test('a sender over DNS: a name that leads inside is refused, or delivered to when permitted', async () => {
    const receiver = await startReceiver((response) => response.end())
    const request = {
      url: `http://inside.example:${receiver.port}/`,
      headers: {},
      customHeaders: [],
      body: '{}',
    }
    const results = []
    for (const policy of [strict, permissive]) {
      const sender = new WebhookSender({
        policy,
        timeoutMs: 10_000,
        connectTimeoutMs: 5_000,
        version: '1',
        resolve: systemResolver(policy, [server.address]),
      })
      results.push((await sender.send(request)).result)
      await sender.close()
    }
    expect([...results, receiver.connections()]).toEqual(['ADDRESS_REFUSED', 'DELIVERED', 1])
    await receiver.close()
  })
})
