/** What one request has used of its limits. Checked while descending, so the stack cannot overflow. */

import { HapiError } from '../../errors/hapi-error.ts'
import type { ParseLimits } from './limits.ts'

export class ParseBudget {
  readonly limits: ParseLimits
  #nodes = 0
  #depth = 0
  #functionDepth = 0
  #lambdas = 0
  #lambdaDepth = 0
  #expandDepth = 0
  #expandItems = 0
  #transformations = 0
  #aggregates = 0

  constructor(limits: ParseLimits) {
    this.limits = limits
  }

  countNode(option: string): void {
    if (++this.#nodes > this.limits.nodesMax) exceed(this.limits.nodesMax, 'nodes', option)
  }

  /** A failed parse is abandoned whole: nothing leaves a level by an exception and goes on. */
  enter(option: string): void {
    if (++this.#depth > this.limits.depthMax) exceed(this.limits.depthMax, 'depth', option)
  }

  leave(): void {
    this.#depth--
  }

  enterFunction(option: string): void {
    this.countNode(option)
    this.enter(option)
    if (++this.#functionDepth > this.limits.functionDepthMax)
      exceed(this.limits.functionDepthMax, 'f(f(…)) depth', option)
  }

  leaveFunction(): void {
    this.#functionDepth--
    this.leave()
  }

  enterLambda(option: string): void {
    this.countNode(option)
    this.enter(option)
    if (++this.#lambdas > this.limits.lambdasMax) exceed(this.limits.lambdasMax, 'any/all', option)
    if (++this.#lambdaDepth > this.limits.lambdaDepthMax)
      exceed(this.limits.lambdaDepthMax, 'any/all depth', option)
  }

  leaveLambda(): void {
    this.#lambdaDepth--
    this.leave()
  }

  enterExpand(option: string): void {
    if (++this.#expandDepth > this.limits.expandDepthMax)
      exceed(this.limits.expandDepthMax, 'depth', option)
  }

  leaveExpand(): void {
    this.#expandDepth--
  }

  countExpandItem(option: string): void {
    if (++this.#expandItems > this.limits.expandItemsMax)
      exceed(this.limits.expandItemsMax, 'items', option)
  }

  countTransformation(option: string): void {
    if (++this.#transformations > this.limits.transformationsMax)
      exceed(this.limits.transformationsMax, 'transformations', option)
  }

  countAggregate(option: string): void {
    if (++this.#aggregates > this.limits.aggregatesMax)
      exceed(this.limits.aggregatesMax, 'aggregates', option)
  }

  /** Checks the number of items read so far of one list. */
  checkItems(count: number, limit: number, option: string): void {
    if (count > limit) exceed(limit, 'items', option)
  }
}

/** @throws {HapiError} LIMIT_EXCEEDED */
export function exceed(limit: number, what: string, option: string): never {
  throw new HapiError('LIMIT_EXCEEDED', { limit, what: `${option} (${what})` }, { target: option })
}
