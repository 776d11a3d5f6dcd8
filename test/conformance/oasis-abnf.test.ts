/**
 * The parser against the test cases of the OASIS technical committee (repository odata-abnf).
 *
 * The cases are data that the repository does not carry; where they are absent the suite says so.
 */

import { existsSync, readFileSync } from 'node:fs'
import { describe, expect, test } from 'vitest'
import { parse } from 'yaml'
import { type Outcome, outcomeOf } from './entry-points.ts'
import { abnfSkips, aggregationSkips, type Skip } from './skip-list.ts'

interface TestCase {
  readonly Name: string
  readonly Rule: string
  readonly Input: string
  /** Present on cases that must be refused. */
  readonly FailAt?: number
}

/** None when the file is not there. */
function readCases(file: string): readonly TestCase[] {
  const url = new URL(`../../../shared/conformance/${file}`, import.meta.url)
  if (!existsSync(url)) return []
  // The suite's own format, described in its header.
  const suite = parse(readFileSync(url, 'utf8')) as { readonly TestCases: readonly TestCase[] }
  return suite.TestCases
}

function covers(skip: Skip, testCase: TestCase): boolean {
  if (!skip.rules.includes(testCase.Rule.toLowerCase())) return false
  return skip.inputs instanceof RegExp
    ? skip.inputs.test(testCase.Input)
    : skip.inputs.includes(testCase.Input)
}

function expectedOutcome(testCase: TestCase): Outcome {
  return testCase.FailAt === undefined ? 'accepted' : 'refused'
}

type Result = readonly [input: string, outcome: Outcome]

function results(cases: readonly TestCase[]): readonly Result[] {
  return cases.map((testCase) => [testCase.Input, outcomeOf(testCase.Rule, testCase.Input)])
}

function runSuite(
  title: string,
  file: string,
  skips: readonly Skip[],
  totals: { readonly passed: number; readonly skipped: number },
): void {
  const cases = readCases(file)
  const absent = cases.length === 0
  const passing = cases.filter((testCase) => !skips.some((skip) => covers(skip, testCase)))
  const rules = [...new Set(passing.map((testCase) => testCase.Rule))]
  describe.skipIf(absent)(`${title}${absent ? ` (skipped: ${file} is not here)` : ''}`, () => {
    test.each(rules)('%s', (rule) => {
      const ofRule = passing.filter((testCase) => testCase.Rule === rule)
      expect(results(ofRule)).toEqual(
        ofRule.map((testCase) => [testCase.Input, expectedOutcome(testCase)]),
      )
    })

    test.each(skips)('skipped: $reason $inputs', (skip) => {
      const covered = cases.filter((testCase) => covers(skip, testCase))
      expect(covered).not.toEqual([])
      expect(results(covered)).toEqual(covered.map((testCase) => [testCase.Input, skip.outcome]))
      // A case that passes now leaves the list.
      expect(covered.filter((testCase) => expectedOutcome(testCase) === skip.outcome)).toEqual([])
    })

    test('cases passed and skipped', () => {
      expect({ passed: passing.length, skipped: cases.length - passing.length }).toEqual(totals)
    })
  })
}

runSuite('OASIS OData 4.01 ABNF test cases', 'odata-abnf-testcases.yaml', abnfSkips, {
  passed: 744,
  skipped: 96,
})

runSuite(
  'OASIS Data Aggregation 4.0 test cases',
  'odata-aggregation-testcases.yaml',
  aggregationSkips,
  { passed: 145, skipped: 56 },
)
