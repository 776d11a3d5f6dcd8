/**
 * What a plan of PostgreSQL (`explain (format json)`) is expected to read: rows looked at, however often, which its
 * own cost does not tell, being in units of a disk.
 */

/** A node of the plan, as far as it is read here. */
export interface PlanNode {
  readonly 'Node Type': string
  readonly 'Parent Relationship'?: string
  readonly 'Plan Rows': number
  readonly 'Startup Cost': number
  readonly 'Total Cost': number
  readonly Filter?: string
  readonly Plans?: readonly PlanNode[]
}

export interface Estimate {
  /** Rows that the statement gives. */
  readonly rows: number
  /** Rows that it looks at for them. */
  readonly scanned: number
}

/**
 * Cost of a row of a table that is read whole, by PostgreSQL's default settings: its share of a page, and a condition
 * or two. The plan tells only how many rows such a scan leaves.
 */
const SEQUENTIAL_ROW_COST = 0.05

/** The same through an index, whose pages are read as they come. */
const INDEXED_ROW_COST = 0.25

/** Cost of finding the first row in an index. */
const LOOKUP_COST = 8.5

export function estimatePlan(plan: PlanNode): Estimate {
  return { rows: plan['Plan Rows'], scanned: scannedBy(plan, 1) }
}

/** @param loops how often the node runs */
function scannedBy(node: PlanNode, loops: number): number {
  const own = scanOf(node)
  const children = node.Plans ?? []
  const rowsOf = (side: string): number =>
    Math.max(1, children.find((child) => child['Parent Relationship'] === side)?.['Plan Rows'] ?? 1)
  const sides = { outer: rowsOf('Outer'), inner: rowsOf('Inner') }
  return children.reduce(
    (sum, child) => sum + scannedBy(child, loops * repetitions(node, child, own, sides)),
    own * loops,
  )
}

/** How often a child runs in one run of its parent. */
function repetitions(
  node: PlanNode,
  child: PlanNode,
  own: number,
  { outer, inner }: { readonly outer: number; readonly inner: number },
): number {
  const isNested = node['Node Type'] === 'Nested Loop'
  const relationship = child['Parent Relationship']
  // A condition or a column: asked for each row, or pair of rows, that is looked at.
  if (relationship === 'SubPlan')
    return Math.max(own, isNested ? outer * inner : Math.max(outer, inner), node['Plan Rows'], 1)
  if (relationship === 'Inner') return isNested ? outer : 1
  // What a limit does not need is not read.
  return node['Node Type'] === 'Limit' ? share(node, child) : 1
}

function share(limit: PlanNode, child: PlanNode): number {
  const whole = child['Total Cost']
  return whole <= 0 ? 1 : Math.min(1, limit['Total Cost'] / whole)
}

/** Rows that a node that reads a table looks at; other nodes look at those of their children. */
function scanOf(node: PlanNode): number {
  const type = node['Node Type']
  if (!type.endsWith('Scan') || type === 'Subquery Scan' || type === 'CTE Scan') return 0
  const rows = node['Plan Rows']
  const cost = node['Total Cost'] - node['Startup Cost']
  if (type === 'Seq Scan') return Math.max(rows, cost / SEQUENTIAL_ROW_COST)
  return node.Filter === undefined ? rows : Math.max(rows, (cost - LOOKUP_COST) / INDEXED_ROW_COST)
}
