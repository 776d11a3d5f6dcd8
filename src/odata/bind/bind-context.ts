/** What every part of the binder needs to know of one request. */

import { HapiError } from '../../errors/hapi-error.ts'
import type { EntityType } from '../../model/entity-type.ts'
import type { Model } from '../../model/model.ts'
import type { Expression, Literal, ODataRequest } from '../parse/syntax.ts'
import type { ReadAccess } from './access.ts'
import { entityRowType, type RowType } from './row-type.ts'
import { SourceNumbers } from './sources.ts'

export class BindContext {
  readonly model: Model
  readonly access: ReadAccess
  readonly request: ODataRequest
  readonly numbers = new SourceNumbers()

  constructor(model: Model, access: ReadAccess, request: ODataRequest) {
    this.model = model
    this.access = access
    this.request = request
  }

  literal(index: number): Literal {
    const literal = this.request.literals[index]
    if (literal === undefined)
      throw new Error(`The syntax tree names literal ${index}, which the request does not have`)
    return literal
  }

  /** The expression an alias stands for; an alias without a value is null (Protocol 4.01 §11.2.6.1.3): undefined. */
  alias(name: string): Expression | undefined {
    return this.request.aliases.get(name)
  }

  /**
   * Rows of an entity type, if the caller may read them: a path, a filter or an expand reads them
   * as much as a request for the set does.
   */
  readable(type: EntityType): RowType {
    if (!this.access.hasModule(type.module)) {
      throw new HapiError('MODULE_NOT_LICENSED', { module: type.module }, { target: type.set })
    }
    if (!this.access.canRead(type.set)) {
      throw new HapiError('READ_NOT_PERMITTED', { set: type.set }, { target: type.set })
    }
    return entityRowType(type)
  }
}
