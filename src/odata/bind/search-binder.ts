/** `$search`: each word or phrase must occur, in any letter case, in some text of the row (URL Conventions §5.1.8). */

import type { SearchExpression } from '../parse/syntax.ts'
import type { BindContext } from './bind-context.ts'
import type { BoundExpression, Source } from './bound-tree.ts'
import type { RowProperty } from './row-type.ts'

export function bindSearch(
  context: BindContext,
  search: SearchExpression,
  source: Source,
): BoundExpression {
  switch (search.kind) {
    case 'term':
      return {
        kind: 'search',
        type: 'Edm.Boolean',
        nullable: false,
        source,
        properties: source.row.properties.filter(isSearchable),
        pattern: {
          kind: 'parameter',
          type: 'Edm.String',
          nullable: false,
          parameter: { kind: 'literal', literal: search.literal, encoding: 'contains' },
        },
      }
    case 'not':
      return {
        kind: 'not',
        type: 'Edm.Boolean',
        nullable: false,
        operand: bindSearch(context, search.operand, source),
      }
    case 'and':
    case 'or':
      return {
        kind: 'logical',
        type: 'Edm.Boolean',
        nullable: false,
        operator: search.kind,
        operands: [
          bindSearch(context, search.left, source),
          bindSearch(context, search.right, source),
        ],
      }
  }
}

/** Texts that people read; a one-letter status code is none. */
export function isSearchable(property: RowProperty): boolean {
  return (
    property.type === 'Edm.String' &&
    property.collection === undefined &&
    property.enumeration === undefined
  )
}
