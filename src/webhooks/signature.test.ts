import { Webhook } from 'standardwebhooks'
import { describe, expect, test } from 'vitest'
import { newSecret, signatureHeaders } from './signature.ts'

const body =
  '{"Id":1472,"Entity":"TenantParking","Status":2,"DatabaseName":"DÉV/ALEX","AdditionalInformationJson":null}'
const secret = newSecret()

function sign(secrets: readonly string[], timestamp = new Date()): Record<string, string> {
  return { ...signatureHeaders({ id: 'evt_42', timestamp, body, secrets }) }
}

describe('Standard Webhooks: signatures', () => {
  test('the stock library accepts what we sign, as text and as bytes', () => {
    expect(new Webhook(secret).verify(body, sign([secret]))).toMatchObject({ Id: 1472 })
    const fromBytes = signatureHeaders({
      id: 'evt_42',
      timestamp: new Date(),
      body: Buffer.from(body),
      secrets: [secret],
    })
    expect(new Webhook(secret).verify(body, { ...fromBytes })).toMatchObject({ Id: 1472 })
  })

  test("the specification's own example has its own signature", () => {
    const headers = signatureHeaders({
      id: 'msg_p5jXN8AQM9LWM0D4loKWxJek',
      timestamp: new Date(1_614_265_330_000),
      body: '{"test": 2432232314}',
      secrets: ['whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw'],
    })
    expect(headers).toEqual({
      'webhook-id': 'msg_p5jXN8AQM9LWM0D4loKWxJek',
      'webhook-timestamp': '1614265330',
      'webhook-signature': 'v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE=',
    })
  })

  test('it refuses an altered body, another id, another secret, and an old timestamp', () => {
    const headers = sign([secret])
    const webhook = new Webhook(secret)
    expect(() => webhook.verify(body.replace('1472', '1473'), headers)).toThrow(/signature/)
    expect(() => webhook.verify(body, { ...headers, 'webhook-id': 'evt_43' })).toThrow(/signature/)
    expect(() => new Webhook(newSecret()).verify(body, headers)).toThrow(/signature/)
    const old = sign([secret], new Date(Date.now() - 6 * 60_000))
    expect(() => webhook.verify(body, old)).toThrow(/old/)
  })

  test('during a rotation either secret verifies; afterwards the old one does not', () => {
    const next = newSecret()
    const both = sign([next, secret])
    expect(both['webhook-signature']).toMatch(/^v1,\S{44} v1,\S{44}$/)
    expect(new Webhook(secret).verify(body, both)).toMatchObject({ Id: 1472 })
    expect(new Webhook(next).verify(body, both)).toMatchObject({ Id: 1472 })
    expect(() => new Webhook(secret).verify(body, sign([next]))).toThrow(/signature/)
  })

  test('a secret is whsec_ and the base64 of 32 bytes, and none comes twice', () => {
    const secrets = Array.from({ length: 100 }, newSecret)
    for (const one of secrets)
      expect(Buffer.from(one.replace(/^whsec_/, ''), 'base64')).toHaveLength(32)
    expect(new Set(secrets).size).toBe(100)
  })
})
