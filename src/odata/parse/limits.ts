/**
 * Bounds of what one request may ask the parser for, so that no text costs more than it may.
 *
 * Each stands well above what integrators send; whoever needs more raises a setting.
 */

export interface ParseLimits {
  /** Characters of the query, and of the path. */
  readonly textLengthMax: number
  /** Operators, function calls, lambdas and search terms of a request; plain operands are free. */
  readonly nodesMax: number
  /** Parentheses, signs, `not`, lists, objects and nested options inside each other. */
  readonly depthMax: number
  /** Function calls inside each other. */
  readonly functionDepthMax: number
  /** Items of one list. */
  readonly listItemsMax: number
  /** `any` and `all` of a request. */
  readonly lambdasMax: number
  readonly lambdaDepthMax: number
  /** `$expand` inside `$expand`; also the greatest `$levels`. */
  readonly expandDepthMax: number
  /** Items of all `$expand` of a request together. */
  readonly expandItemsMax: number
  /** Items of one `$orderby`. */
  readonly orderbyItemsMax: number
  /** Items of one `$select` or `$compute`. */
  readonly selectItemsMax: number
  /** Segments of one path. */
  readonly pathSegmentsMax: number
  /** Transformations of all `$apply` of a request together: each is a subselect. */
  readonly transformationsMax: number
  /** Aggregate expressions of a request. */
  readonly aggregatesMax: number
  /** Properties of one `groupby`, `rollup` or `from`. */
  readonly groupingsMax: number
}

export const defaultParseLimits: ParseLimits = {
  textLengthMax: 65_536,
  nodesMax: 1_000,
  depthMax: 60,
  functionDepthMax: 15,
  listItemsMax: 2_000,
  lambdasMax: 8,
  lambdaDepthMax: 3,
  expandDepthMax: 6,
  expandItemsMax: 40,
  orderbyItemsMax: 32,
  selectItemsMax: 500,
  pathSegmentsMax: 60,
  transformationsMax: 40,
  aggregatesMax: 100,
  groupingsMax: 32,
}
