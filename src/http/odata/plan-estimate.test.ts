import { describe, expect, test } from 'vitest'
import { estimatePlan, type PlanNode } from './plan-estimate.ts'

function node(type: string, rows: number, cost: number, more: Partial<PlanNode> = {}): PlanNode {
  return { 'Node Type': type, 'Plan Rows': rows, 'Startup Cost': 0, 'Total Cost': cost, ...more }
}

const outer = { 'Parent Relationship': 'Outer' }
const inner = { 'Parent Relationship': 'Inner' }

describe('security §4 rows that a plan looks at', () => {
  test('a table read whole counts what its condition leaves out too', () => {
    expect(estimatePlan(node('Seq Scan', 3, 5_000))).toEqual({ rows: 3, scanned: 100_000 })
  })

  test('the inner side of a nested loop is read for each row of the outer one', () => {
    const loop = node('Nested Loop', 50, 900, {
      Plans: [node('Index Scan', 1_000, 300, outer), node('Index Scan', 20, 9, inner)],
    })
    expect(estimatePlan(loop)).toEqual({ rows: 50, scanned: 1_000 + 1_000 * 20 })
  })

  test('a hash join reads both sides once', () => {
    const join = node('Hash Join', 50, 900, {
      Plans: [
        node('Index Scan', 1_000, 300, outer),
        node('Hash', 2_000, 300, { ...inner, Plans: [node('Index Scan', 2_000, 300, outer)] }),
      ],
    })
    expect(estimatePlan(join).scanned).toBe(3_000)
  })

  test('a subquery of a condition runs for each row looked at', () => {
    const scan = node('Seq Scan', 1, 50, {
      Plans: [node('Index Scan', 7, 9, { 'Parent Relationship': 'SubPlan' })],
    })
    expect(estimatePlan(scan).scanned).toBe(1_000 + 1_000 * 7)
  })

  test('what a limit does not need does not count', () => {
    const limit = node('Limit', 10, 30, { Plans: [node('Index Scan', 1_000, 3_000, outer)] })
    expect(estimatePlan(limit)).toEqual({ rows: 10, scanned: 10 })
  })
})
