import { existsSync } from 'node:fs'
import Fastify, { type FastifyInstance } from 'fastify'
import { type Browser, chromium, type Page } from 'playwright-core'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { writeRules } from '../../src/domain/rules.ts'
import { HapiError } from '../../src/errors/hapi-error.ts'
import { registerSwaggerRoutes } from '../../src/http/swagger/swagger-routes.ts'
import { model } from '../../src/model/model.ts'
import { delivery } from '../support/delivery-policy.ts'

let app: FastifyInstance
let baseUrl: string
const calls: unknown[] = []

beforeAll(async () => {
  // As the product's own server: with or without a slash at the end is the same address.
  app = Fastify({ routerOptions: { ignoreTrailingSlash: true, caseSensitive: false } })
  app.setErrorHandler((error, _, reply) =>
    error instanceof HapiError ? reply.code(error.status).send(error.code) : reply.send(error),
  )
  registerSwaggerRoutes(app, {
    model,
    version: '1.2.3',
    serverUrl: '/',
    rules: writeRules,
    delivery,
  })
  // What the page calls in these tests: the token, then a set with it.
  app.post('/api/Token', () => ({ Token: 'abc.def.ghi', TokenType: 'Bearer' }))
  app.get('/api/Companies', ({ url, headers }) => {
    calls.push({ url, authorization: headers.authorization, language: headers['accept-language'] })
    return { value: [] }
  })
  baseUrl = await app.listen({ port: 0, host: '127.0.0.1' })
})

afterAll(() => app.close())

async function info(lang: string): Promise<unknown> {
  return (await app.inject(`/swagger/openapi.${lang}.json`)).json().info
}

describe('E1 Swagger at /swagger/index.html', () => {
  test('is a page without inline script, under a policy that allows its own files only', async () => {
    const { statusCode, headers, body } = await app.inject('/swagger/index.html')
    expect(statusCode).toBe(200)
    expect(headers).toMatchObject({
      'content-type': 'text/html; charset=utf-8',
      'x-content-type-options': 'nosniff',
      'content-security-policy':
        "default-src 'self'; script-src 'self'; style-src 'self' 'unsafe-inline'; img-src 'self' data:; object-src 'none'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'",
    })
    expect(
      [...body.matchAll(/<script(.*?)>(.*?)<\/script>/g)].map(([, , inline]) => inline),
    ).toEqual(['', ''])
    expect(body).not.toMatch(/https?:|\son\w+=/)
  })

  test.each([
    ['swagger-ui.css', 'text/css; charset=utf-8'],
    ['swagger-ui-bundle.js', 'text/javascript; charset=utf-8'],
    ['page.js', 'text/javascript; charset=utf-8'],
    ['french.js', 'text/javascript; charset=utf-8'],
    ['page.css', 'text/css; charset=utf-8'],
    ['favicon-32x32.png', 'image/png'],
    ['openapi.fr.json', 'application/json; charset=utf-8'],
    ['openapi.en.json', 'application/json; charset=utf-8'],
  ])('serves %s, and 304 to who has it', async (file, contentType) => {
    const url = `/swagger/${file}`
    const first = await app.inject(url)
    expect([first.statusCode, first.headers['content-type']]).toEqual([200, contentType])
    const again = await app.inject({
      url,
      headers: { 'if-none-match': String(first.headers.etag) },
    })
    expect([again.statusCode, again.body]).toEqual([304, ''])
  })

  test('the documents are those of the languages and of the version', async () => {
    expect(await info('fr')).toMatchObject({
      version: '1.2.3',
      description: expect.stringContaining('Les décimaux'),
    })
    expect(await info('en')).toMatchObject({
      version: '1.2.3',
      description: expect.stringContaining('Decimals'),
    })
  })

  test.each(['/swagger', '/swagger/'])('%s leads to the page', async (url) => {
    const { statusCode, headers } = await app.inject(url)
    expect([statusCode, headers.location]).toEqual([302, '/swagger/index.html'])
  })

  test.each([
    '/swagger/swagger-routes.ts',
    '/swagger/..%2f..%2f..%2fpackage.json',
    '/swagger/__proto__',
  ])('%s is not served', async (url) => {
    expect((await app.inject(url)).statusCode).toBe(404)
  })
})

const CHROMIUM = process.env['HAPI_TEST_CHROMIUM'] ?? '/usr/bin/chromium'

describe.skipIf(!existsSync(CHROMIUM))('E1 in a browser', () => {
  let browser: Browser
  let page: Page
  /** What the browser complained of, refusals by the policy included, and what it asked elsewhere. */
  const complaints: string[] = []

  beforeAll(async () => {
    browser = await chromium.launch({ executablePath: CHROMIUM, args: ['--no-sandbox'] })
    page = await browser.newPage({ locale: 'fr-CA' })
    page.on('console', (message) => {
      if (message.type() === 'error' || message.type() === 'warning')
        complaints.push(message.text())
    })
    page.on('pageerror', (error) => complaints.push(error.message))
    page.on('request', (request) => {
      const url = request.url()
      if (!url.startsWith(baseUrl) && !url.startsWith('data:')) complaints.push(url)
    })
  })

  afterAll(() => browser.close())

  async function execute(operationId: string): Promise<void> {
    const block = page.locator(`[id$="-${operationId}"]`)
    await block.locator('.opblock-summary-control').click()
    await block.locator('.try-out__btn').click()
    await block.locator('.execute').click()
    await block.locator('.live-responses-table').waitFor()
  }

  test('is in French; a token asked on the page serves the calls that follow', async () => {
    await page.goto(`${baseUrl}/swagger/index.html`)
    await page.locator('.opblock-tag').first().click()
    expect(await page.locator('.btn.authorize').innerText()).toBe('Autoriser')
    await execute('createToken')
    await page.locator('.opblock-tag').nth(1).click()
    await execute('listCompanies')
    expect(calls).toEqual([
      { url: '/api/Companies?%24top=10', authorization: 'Bearer abc.def.ghi', language: 'fr' },
    ])
  })

  test('keeps the token after a reload, and switches to English', async () => {
    await page.goto(`${baseUrl}/swagger/index.html`)
    await page.getByText('English').click()
    await page.locator('.opblock-tag').nth(1).click()
    await execute('listCompanies')
    expect(await page.locator('.btn.authorize').innerText()).toBe('Authorize')
    expect(calls.at(-1)).toEqual({
      url: '/api/Companies?%24top=10',
      authorization: 'Bearer abc.def.ghi',
      language: 'en',
    })
  })

  test.each([
    ['fr', 'Notifications', 'Changement de loyer', 'Notification que vous recevez'],
    ['en', 'Callbacks', 'Lease price change', 'Notification that you receive'],
  ])('D8: %s shows what can be followed, and the notification', async (lang, tab, label, title) => {
    await page.goto(`${baseUrl}/swagger/index.html?lang=${lang}`)
    await page.locator('.opblock-tag', { hasText: 'Webhooks' }).click()
    const block = page.locator('[id$="-subscribe"]')
    await block.locator('.opblock-summary-control').first().click()
    // It is drawn after the click.
    await block.locator('.opblock-description table tr').first().waitFor()
    expect(await block.locator('.opblock-description table tr').count()).toBe(1 + 23)
    expect(await block.locator('.opblock-description table').innerText()).toContain(label)
    await block.getByText(tab, { exact: true }).click()
    await block.getByText(title).first().waitFor()
  })

  test('a link cannot make it load another document', async () => {
    await page.goto(
      `${baseUrl}/swagger/index.html?url=http://example.test/a.json&configUrl=http://example.test/b.json&urls.primaryName=c`,
    )
    await page.locator('.opblock-tag').first().waitFor()
    expect(await page.locator('.info .title').innerText()).toContain('Primmo HApi')
  })

  test('asks nothing of other servers, and breaks no policy', () => {
    expect(complaints).toEqual([])
  })
})
