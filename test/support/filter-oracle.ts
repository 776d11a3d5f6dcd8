/** A filter against SQL written by hand: the same rows, and not trivially so. */

import { expect } from 'vitest'
import { snakeCase } from '../../src/model/naming.ts'
import type { TestApp } from './test-app.ts'

export interface FilterCase {
  /** `$filter` of a request for the set. */
  readonly filter: string
  /** The condition over the set's table, as `t`; every table it names must be held to account 1. */
  readonly where: string
  /** `none` or `all` rows are the point of the case; otherwise it must find some and leave some. */
  readonly finds?: 'some' | 'none' | 'all'
}

export async function expectFilter(app: TestApp, set: string, given: FilterCase): Promise<void> {
  const { filter, where, finds = 'some' } = given
  const table = snakeCase(set)
  const expected = await app.column<number>(
    `select t.id from ${table} t where t.account_id = 1 and (${where}) order by t.id`,
  )
  const [total = 0] = await app.column<number>(
    `select count(*)::integer from ${table} where account_id = 1`,
  )
  const kind = expected.length === 0 ? 'none' : expected.length === total ? 'all' : 'some'
  expect([filter, kind, where]).toEqual([filter, finds, where])
  const path = `/api/${set}?$select=Id&$filter=${encodeURIComponent(filter)}`
  expect([filter, await app.ids(path)]).toEqual([filter, expected])
}
