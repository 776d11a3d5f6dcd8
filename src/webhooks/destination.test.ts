import { describe, expect, test } from 'vitest'
import { HapiError } from '../errors/hapi-error.ts'
import { readDestination } from './destination.ts'
import { type EgressPolicy, readNetworks } from './egress-policy.ts'

const strict: EgressPolicy = { allowHttp: false, allowedNetworks: [] }

function allowing(list: string): EgressPolicy {
  return { allowHttp: false, allowedNetworks: readNetworks(list) ?? [] }
}

function refusalOf(text: string, policy = strict): HapiError {
  try {
    readDestination(text, policy, 'ResponseUrl')
  } catch (error) {
    if (error instanceof HapiError) return error
    throw error
  }
  throw new Error(`accepted: ${text}`)
}

describe('D1: ResponseUrl', () => {
  test.each([
    ['https://hooks.example.com', 'https://hooks.example.com/'],
    ['HTTPS://Hooks.Example.COM:443/In?a=1&b=2', 'https://hooks.example.com/In?a=1&b=2'],
    ['https://example.com/a#part', 'https://example.com/a'],
    ['https://example.com:8443/', 'https://example.com:8443/'],
    ['https://example.com:80/', 'https://example.com:80/'],
    ['https://example.com:1024/', 'https://example.com:1024/'],
    ['https://example.com./', 'https://example.com/'],
    ['  https://example.com/a  ', 'https://example.com/a'],
    ['https://exämple.com/é', 'https://xn--exmple-cua.com/%C3%A9'],
    ['https://8.8.8.8/', 'https://8.8.8.8/'],
    ['https://[2606:4700:4700::1111]/', 'https://[2606:4700:4700::1111]/'],
    // Normalised, then judged: 134744072 is 8.8.8.8.
    ['https://134744072/', 'https://8.8.8.8/'],
  ])('%s is kept as %s', (text, kept) => {
    expect(readDestination(text, strict, 'ResponseUrl')).toBe(kept)
  })

  test.each([
    ['', /https:\/\//],
    ['example.com/a', /must begin with/],
    ['ftp://example.com/', /must begin with/],
    ['file:///etc/passwd', /must begin with/],
    ['javascript:alert(1)', /must begin with/],
    ['https:example.com', /must begin with/],
    ['https:\\\\example.com', /'\\'/],
    ['https://example.com\\@10.0.0.1/', /'\\'/],
    ['https://exa\tmple.com/', /control/],
    ['https://example.com/\r\nX: y', /control/],
    ['https://example.com/\0', /control/],
    ['https://example.com/a b', /blank/],
    ['https://', /well-formed/],
    ['https://example.com:99999/', /well-formed/],
    ['https://256.256.256.256/', /well-formed/],
    ['https://[::1/', /well-formed/],
    ['https://[fe80::1%25eth0]/', /well-formed/],
    ['https://exam%00ple.com/', /well-formed/],
    ['https://user:secret@example.com/', /header/],
    ['https://user@example.com/', /header/],
    ['https://example.com:25/', /port 25/],
    ['https://example.com:0/', /port 0/],
    ['https://example.com:1023/', /port 1023/],
    ['https://a..b.com/', /host name/],
    ['https://.example.com/', /host name/],
    [`https://example.com/${'a'.repeat(2_048)}`, /2048 characters/],
    // Short as typed, long as it would be sent.
    [`https://example.com/${'é'.repeat(500)}`, /2048 characters/],
  ])('%j is refused, with its reason', (text, reason) => {
    const error = refusalOf(text)
    expect([error.code, error.target, error.status]).toEqual([
      'WEBHOOK_URL_INVALID',
      'ResponseUrl',
      400,
    ])
    expect(error.messageIn('en')).toMatch(reason)
    expect(error.messageIn('fr')).not.toContain('secret')
  })

  test('2048 characters are accepted', () => {
    const url = `https://example.com/${'a'.repeat(2_028)}`
    expect(readDestination(url, strict, 'Url')).toBe(url)
  })

  test('http is refused unless the operator allows it, and the refusal names his setting', () => {
    const error = refusalOf('http://example.com/')
    expect(error.code).toBe('WEBHOOK_HTTP_REFUSED')
    expect(error.messageIn('en')).toContain('HAPI_WEBHOOK_ALLOW_HTTP=true')
    expect(error.messageIn('fr')).toContain('hapi listen')
    expect(readDestination('http://example.com', { ...strict, allowHttp: true }, 'Url')).toBe(
      'http://example.com/',
    )
  })
})

describe('security API7: internal destinations', () => {
  test.each([
    'https://127.0.0.1/',
    'https://127.1/',
    'https://127.0.1/',
    'https://0x7f000001/',
    'https://0x7f.0.0.1/',
    'https://0x7F.1/',
    'https://017700000001/',
    'https://0177.0.0.1/',
    'https://2130706433/',
    'https://127.0.0.1./',
    'https://1\u{ff12}7.0.0.1/',
    'https://\u{ff11}\u{ff12}\u{ff17}.\u{ff10}.\u{ff10}.\u{ff11}/',
    'https://127\u{3002}0\u{3002}0\u{3002}1/',
    'https://%31%32%37.0.0.1/',
    'https://0/',
    'https://0.0.0.0/',
    'https://[::]/',
    'https://[::1]/',
    'https://[0:0:0:0:0:0:0:1]/',
    'https://[::ffff:127.0.0.1]/',
    'https://[::ffff:7f00:1]/',
    'https://[::127.0.0.1]/',
    'https://[64:ff9b::7f00:1]/',
    'https://[64:ff9b::127.0.0.1]/',
    'https://[2002:7f00:1::]/',
    'https://[2001:0:4136:e378:8000:63bf:80ff:fffe]/',
    'https://10.0.0.1/',
    'https://[fd00::1]/',
    'https://[fec0::1]/',
    'https://localhost/',
    'https://LOCALHOST/',
    'https://localhost./',
    'https://api.localhost/',
    'https://l\u{24de}calhost/',
    'https://printer.local/',
    'https://metadata.google.internal/',
    'https://metadata.google.internal./',
    'https://intranet/',
    'https://postgres:5432/',
    'https://local/',
  ])('%s is refused, and the refusal names the setting', (url) => {
    const error = refusalOf(url)
    expect([error.code, error.target, error.status]).toEqual([
      'WEBHOOK_ADDRESS_REFUSED',
      'ResponseUrl',
      400,
    ])
    for (const language of ['fr', 'en'] as const) {
      expect(error.messageIn(language)).toContain('HAPI_WEBHOOK_ALLOW_CIDR=')
      expect(error.messageIn(language)).toContain('hapi listen')
    }
  })

  test.each([
    'https://169.254.169.254/latest',
    'https://[::ffff:a9fe:a9fe]/',
    'https://[fd00:ec2::254]/',
    'https://0xa9fea9fe/',
    'https://168.63.129.16/',
  ])('no setting allows %s, and none is named', (url) => {
    for (const policy of [strict, allowing('0.0.0.0/0,::/0')]) {
      const error = refusalOf(url, policy)
      expect(error.code).toBe('WEBHOOK_ADDRESS_REFUSED')
      expect(error.messageIn('en')).toContain('which no setting allows')
      expect(error.messageIn('en')).not.toContain('HAPI_')
    }
  })

  test('the setting that the refusal of a literal address names allows that address', () => {
    for (const url of ['https://10.1.2.3/', 'https://[fd00::7]:8443/', 'https://127.1/']) {
      const message = refusalOf(url).messageIn('en')
      const [, list = ''] = /HAPI_WEBHOOK_ALLOW_CIDR=([^)]+)\)/.exec(message) ?? []
      expect(readDestination(url, allowing(list), 'Url')).toMatch(/^https:/)
    }
  })

  test('internal names are allowed once a network is: the address they lead to decides', () => {
    const policy = allowing('10.0.0.0/8')
    for (const name of ['localhost', 'receiver', 'host.docker.internal', 'nas.local'])
      expect(readDestination(`https://${name}/`, policy, 'Url')).toBe(`https://${name}/`)
    expect(refusalOf('https://127.0.0.1/', policy).code).toBe('WEBHOOK_ADDRESS_REFUSED')
  })

  test('a name that only looks internal is accepted', () => {
    for (const name of ['localhost.example.com', 'mylocal.com', 'internal.example.org'])
      expect(readDestination(`https://${name}/`, strict, 'Url')).toBe(`https://${name}/`)
  })
})
