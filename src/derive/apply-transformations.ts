/** The transformations that `$apply` offers, as `$metadata` announces them; a test holds the list equal to the parser's. */
export const applyTransformations: readonly string[] = [
  'aggregate',
  'groupby',
  'concat',
  'filter',
  'search',
  'compute',
  'orderby',
  'top',
  'skip',
  'topcount',
  'topsum',
  'toppercent',
  'bottomcount',
  'bottomsum',
  'bottompercent',
  'identity',
]
