/** The conformance levels of the OData 4.01 Protocol §13, a test a line. */

import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { conformanceLevel } from '../../../src/derive/csdl-service.ts'
import { startTestApp, type TestApp } from '../../support/test-app.ts'
import { checklist } from './checklist.ts'
import { levelChecks } from './checks.ts'
import { lineOf, nameOf } from './level-check.ts'

let app: TestApp

beforeAll(async () => {
  app = await startTestApp()
})
afterAll(() => app.close())

const named = checklist.flatMap((line) =>
  levelChecks
    .filter((check) => check.line === lineOf(line))
    .map((check) => [nameOf(line, check), check] as const),
)

describe('OData 4.01 Protocol §13: conformance levels', () => {
  test.each(named)('%s', async (_, { check }) => {
    await check(app)
  })
})

test('every check belongs to a line of the checklist', () => {
  const lines = new Set(checklist.map(lineOf))
  expect(levelChecks.map(({ line }) => line).filter((line) => !lines.has(line))).toEqual([])
})

test('the metadata claim no higher level than is proven, line by line', () => {
  const levels = ['Minimal', 'Intermediate', 'Advanced'] as const
  const proven = levelChecks.filter(({ unsupported }) => unsupported === undefined)
  const lines = new Set<string>(proven.map(({ line }) => line))
  const firstMissing = levels.findIndex((level) =>
    checklist.some(
      (line) =>
        line.force === 'MUST' &&
        ['4.0', '4.01'].some((version) => line.level === `${version} ${level}`) &&
        !lines.has(lineOf(line)),
    ),
  )
  const reached = firstMissing < 0 ? levels.length : firstMissing
  expect(levels.indexOf(conformanceLevel) + 1).toBeLessThanOrEqual(reached)
})

test('every line of the checklist has a check', () => {
  const checked = new Set(levelChecks.map(({ line }): string => line))
  expect(checklist.map(lineOf).filter((line) => !checked.has(line))).toEqual([])
})
