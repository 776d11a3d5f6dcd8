import { describe, expect, test } from 'vitest'
import { RequestBudget } from './request-budget.ts'

/** With nothing free. */
function exhausted(): RequestBudget {
  const budget = new RequestBudget()
  while (budget.free > 0) budget.take()
  return budget
}

describe('The requests of a process', () => {
  test('go to who has waited longest, and no more are given out than there are', () => {
    const budget = exhausted()
    const heard: string[] = []
    for (const name of ['first', 'second'])
      budget.whenFree(() => {
        heard.push(name)
        budget.take()
      })
    budget.release()
    expect(heard).toEqual(['first'])
    budget.release()
    expect(heard).toEqual(['first', 'second'])
    expect(budget.free).toBe(0)
  })

  test('the room that is left by who has nothing to send any more is not lost', () => {
    const budget = exhausted()
    const heard: string[] = []
    for (const name of ['needs none', 'needs one', 'waits on'])
      budget.whenFree(() => heard.push(name))
    budget.release()
    budget.wakeWaiting()
    expect(heard).toEqual(['needs none', 'needs one'])
    budget.take()
    budget.wakeWaiting()
    expect(heard).toEqual(['needs none', 'needs one'])
  })
})
