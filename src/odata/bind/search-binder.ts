/**
 * `$search`: each word or phrase must occur in some text of the row, without regard to letter case and
 * accents (URL Conventions 4.01 §5.1.7).
 */

import { searchedProperties } from '../../model/searched-text.ts'
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
        properties: searchedIn(source),
        pattern: {
          kind: 'parameter',
          type: 'Edm.String',
          nullable: false,
          parameter: { kind: 'literal', literal: search.literal, encoding: 'string' },
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

/** Rows that are no entities (units for rent) are searched in all their texts, members of a list of texts in themselves. */
function searchedIn({ row, from }: Source): readonly RowProperty[] {
  if (from.kind === 'members' && from.property.collection === 'Edm.String')
    return [{ ...from.property, name: 'value', collection: undefined }]
  if (row.entityType === undefined) {
    return row.properties.filter(
      ({ type, collection }) => type === 'Edm.String' && collection === undefined,
    )
  }
  const names = new Set(searchedProperties(row.entityType).map((property) => property.name))
  return row.properties.filter((property) => names.has(property.name))
}
