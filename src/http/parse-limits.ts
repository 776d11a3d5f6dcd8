/** The bounds of a request's text, as the operator has set them. */

import { defaultParseLimits, type ParseLimits } from '../odata/parse/limits.ts'

type LimitSettings = Readonly<
  Record<
    | 'limitFilterNodes'
    | 'limitFilterDepth'
    | 'limitFunctionDepth'
    | 'limitInList'
    | 'limitLambdas'
    | 'limitLambdaDepth'
    | 'limitExpandDepth'
    | 'limitExpandNodes'
    | 'limitOrderby'
    | 'limitSelect',
    number
  >
>

export function parseLimitsOf(config: LimitSettings): ParseLimits {
  return {
    ...defaultParseLimits,
    nodesMax: config.limitFilterNodes,
    depthMax: config.limitFilterDepth,
    functionDepthMax: config.limitFunctionDepth,
    listItemsMax: config.limitInList,
    lambdasMax: config.limitLambdas,
    lambdaDepthMax: config.limitLambdaDepth,
    expandDepthMax: config.limitExpandDepth,
    expandItemsMax: config.limitExpandNodes,
    orderbyItemsMax: config.limitOrderby,
    selectItemsMax: config.limitSelect,
  }
}
