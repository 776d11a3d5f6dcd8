/** URLs at random whose statements really run: what `test/odata/fuzz.test.ts` proves before the database, after it. */

import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { expectNothingOfTheInside } from '../support/expected-error.ts'
import { fuzzUrl } from '../support/fuzz/fuzz-url.ts'
import { startTestApp, type TestApp } from '../support/test-app.ts'

const COUNT = Number(process.env['FUZZ_COUNT'] ?? 1_000)
const SEED = Number(process.env['FUZZ_SEED'] ?? 500_000)

let app: TestApp

beforeAll(async () => {
  app = await startTestApp()
})
afterAll(() => app.close())

/** A request line holds ASCII without blanks; what is no text at all is refused elsewhere. */
function asTarget(url: string): string {
  return url.replace(/[^\x21-\x7e]/gu, (sign) =>
    /\p{Surrogate}/u.test(sign) ? '%EF%BF%BD' : encodeURIComponent(sign),
  )
}

/** What the fuzzer found once. */
const found: readonly string[] = [
  "/CoTenants?$filter='PT36H' in (duration'P1D',duration'-PT1.5S')",
  '/Inspections?$filter=endswith(substring([2.5,1],null),[])',
  '/Units(9007)/Availability?$filter=$it ne null',
  '/Units(9007)/Availability?$filter=$it eq $it',
]

describe('odata.md 0.9 nothing a client sends is a 500', () => {
  test.each(found)('%s', async (url) => {
    expect((await app.ask(`/api${url}`)).status).toBeLessThan(500)
  })

  test(`${COUNT} URLs at random are answered or refused`, async () => {
    const failures = []
    for (let seed = SEED; seed < SEED + COUNT; seed += 1) {
      const url = fuzzUrl(seed)
      if (!url.startsWith('/')) continue
      const { status, text } = await app.ask(`/api${asTarget(url)}`)
      if (status >= 500 && status !== 501) failures.push({ seed, status, url })
      if (status >= 400) expectNothingOfTheInside(text)
    }
    expect(failures).toEqual([])
  })
})
