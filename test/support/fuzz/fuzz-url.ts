/** The URL of a number: made by the grammar, or one of those made worse. */

import { existsSync, readFileSync } from 'node:fs'
import { parse } from 'yaml'
import { mutate } from './mutate.ts'
import { Random } from './random.ts'
import { randomUrl } from './random-url.ts'

/** The cases of the technical committee, where they are. */
const corpus: readonly string[] = [
  'odata-abnf-testcases.yaml',
  'odata-aggregation-testcases.yaml',
].flatMap(readCases)

function readCases(file: string): readonly string[] {
  const url = new URL(`../../../../shared/conformance/${file}`, import.meta.url)
  if (!existsSync(url)) return []
  // The suite's own format, described in its header.
  const suite = parse(readFileSync(url, 'utf8')) as {
    readonly TestCases: readonly { readonly Rule: string; readonly Input: string }[]
  }
  return suite.TestCases.map(({ Rule, Input }) => asUrl(Rule.toLowerCase(), Input))
}

/** Part of a URL by its rule, over a set of ours. */
function asUrl(rule: string, input: string): string {
  if (rule === 'odataurirelative' || rule === 'odatarelativeuri' || rule === 'resourcepath')
    return `/${input}`
  if (rule.endsWith('expr') || rule.endsWith('literal')) return `/Units?$filter=${input}`
  return `/Units?${input}`
}

export function fuzzUrl(seed: number): string {
  const random = new Random(seed)
  const grown = randomUrl(random)
  if (random.chance(0.5)) return grown
  const given = random.chance(0.2) ? random.pick(corpus) : undefined
  return mutate(random, given ?? grown, random.chance(0.2) ? randomUrl(random) : '')
}
