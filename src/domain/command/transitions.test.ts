import { describe, expect, test } from 'vitest'
import { serviceCallLifeCycle } from '../maintenance/service-call-states.ts'
import { pathBetween } from './transitions.ts'

describe('R-090: the way of a service call', () => {
  test.each([
    ['N', 'N', []],
    ['N', 'E', ['E']],
    ['N', 'F', ['E', 'T', 'F']],
    ['N', 'X', ['X']],
    ['P', 'T', ['E', 'T']],
    ['T', 'E', ['E']],
    ['E', 'X', ['S', 'X']],
    ['F', 'E', undefined],
  ])('from %s to %s', (from, to, path) => {
    expect(pathBetween(from, to, serviceCallLifeCycle)).toEqual(path)
  })
})
