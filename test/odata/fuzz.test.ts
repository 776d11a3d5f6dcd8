/** The beginning of what `npm run fuzz` does at length, and each URL that it once found. */

import { describe, expect, test } from 'vitest'
import { findBreach } from '../support/fuzz/compile-url.ts'
import { fuzzUrl } from '../support/fuzz/fuzz-url.ts'

const COUNT = 10_000

/** What the fuzzer found, by what went wrong. */
const found: readonly (readonly [problem: string, url: string])[] = [
  ['a parameter that no text mentioned', "/UnitCharacteristics?$filter=duration'P1D' in []"],
  [
    'a parameter that no text mentioned, in a condition beside others',
    '/RentalApplications?$filter=(case(true:minute(23:59:59),StorageRequested:(0 div -1)) in [] and false)&$top=0&$skip=5',
  ],
  ['a row without a key', '/Units(9007)/Availability?$filter=$it ne null'],
  [
    'a row of aggregated values',
    '/LedgerDivisions?$filter=GstCollectedGlAccount ne $it&$apply=groupby((rollup($all,NsfFeeAmount,LateNoticeDays1)))',
  ],
  ['a cast that never succeeds', '/Messages?$orderby=cast(0001-01-01,Edm.Single) mul 2 desc'],
  [
    'functions whose text doubled at each level',
    `/Units?$filter=${'substring('.repeat(15)}Comment${',1)'.repeat(15)} eq 'a'`,
  ],
  [
    'casts whose text doubled at each level',
    `/Units?$filter=${'cast(cast('.repeat(7)}Comment${',Edm.Date),Edm.String)'.repeat(7)} eq 'a'`,
  ],
]

describe('odata.md 0.9 any URL is read or refused, at once', () => {
  test.each(found)('%s', (_, url) => {
    expect(findBreach(url)).toBeUndefined()
  })

  test(`${COUNT} URLs at random`, () => {
    const breaches = []
    for (let seed = 0; seed < COUNT && breaches.length === 0; seed += 1) {
      const breach = findBreach(fuzzUrl(seed))
      if (breach !== undefined) breaches.push({ seed, ...breach })
    }
    expect(breaches).toEqual([])
  })
})
