/** The Swagger page on the real product: what it fills in is sent with the token, and works. */

import { existsSync } from 'node:fs'
import { type Browser, chromium, type Locator, type Page } from 'playwright-core'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { startTestApp, type TestApp } from '../support/test-app.ts'

const CHROMIUM = process.env['HAPI_TEST_CHROMIUM'] ?? '/usr/bin/chromium'

describe.skipIf(!existsSync(CHROMIUM))('E1 Writing from the page', () => {
  let app: TestApp
  let browser: Browser
  let page: Page

  beforeAll(async () => {
    app = await startTestApp()
    browser = await chromium.launch({ executablePath: CHROMIUM, args: ['--no-sandbox'] })
    page = await browser.newPage({ locale: 'fr-CA', viewport: { width: 1280, height: 1000 } })
    await page.goto(`${app.baseUrl}/swagger/index.html`)
    await signIn()
  })

  afterAll(async () => {
    await browser.close()
    await app.close()
  })

  /** As a person does: the key in the dialog, then a token asked with name and password. */
  async function signIn(): Promise<void> {
    const { apiKey, userName, password } = app.clients.integrator
    await page.locator('.btn.authorize').click()
    await page.locator('.auth-container input').first().fill(apiKey)
    await page.locator('.auth-container button.authorize').first().click()
    await page.locator('.btn-done').first().click()
    await page.locator('.opblock-tag').first().click()
    const block = await open('createToken')
    await block.locator('textarea').fill(JSON.stringify({ UserName: userName, Password: password }))
    expect(await execute(block)).toBe('200')
  }

  async function open(operationId: string): Promise<Locator> {
    const block = page.locator(`[id$="-${operationId}"]`)
    await block.locator('.opblock-summary-control').click()
    await block.locator('.try-out__btn').click()
    return block
  }

  /** Presses Execute; gives the status that the page shows. */
  async function execute(block: Locator): Promise<string> {
    await block.locator('.execute').click()
    await block.locator('.live-responses-table .response-col_status').first().waitFor()
    return (
      await block.locator('.live-responses-table tbody .response-col_status').first().innerText()
    ).trim()
  }

  test.each([
    ['createTenantContact', '201'],
    ['updateTenantContact', '200'],
    ['replaceTenantContact', '200'],
    ['deleteTenantContact', '204'],
  ])('%s answers %s with what is filled in', async (operationId, status) => {
    if (operationId === 'createTenantContact') {
      await page.locator('.opblock-tag', { hasText: 'Location' }).first().click()
    }
    const block = await open(operationId)
    if (status !== '204')
      expect(
        await block.locator('.body-param-edit, .opblock-section-request-body').first().innerText(),
      ).toContain('Corps à envoyer')
    expect(await execute(block)).toBe(status)
  })
})
