/** Which query options mean something where a path ends (Protocol 4.01 §11.2). */

import { HapiError } from '../../errors/hapi-error.ts'
import type { QueryOptions } from '../parse/syntax.ts'
import type { ResourceShape } from './bound-tree.ts'

type ApplicableTo = ResourceShape | 'references' | 'members' | 'crossjoin'

/** `$count` leaves aside what does not change a number; a collection takes all. */
const applicableOptions: Readonly<Partial<Record<ApplicableTo, readonly (keyof QueryOptions)[]>>> =
  {
    // The next link of a collection that is expanded on one entity has its address.
    entity: ['select', 'expand', 'format', 'compute', 'schemaversion', 'skiptoken'],
    property: ['format', 'schemaversion'],
    value: ['format', 'schemaversion'],
    crossjoin: [
      'filter',
      'orderby',
      'select',
      'expand',
      'top',
      'skip',
      'count',
      'format',
      'skiptoken',
      'schemaversion',
    ],
    members: ['filter', 'search', 'orderby', 'top', 'skip', 'count', 'format', 'schemaversion'],
    references: [
      'filter',
      'search',
      'orderby',
      'top',
      'skip',
      'count',
      'format',
      'skiptoken',
      'schemaversion',
    ],
  }

/** What options mean something for: those of a collection on one entity are mistakes. */
export function refuseInapplicable(shape: ApplicableTo, options: QueryOptions): void {
  const applicable = applicableOptions[shape]
  // The keys of an object literal of this type are its own.
  const given = Object.keys(options) as (keyof QueryOptions)[]
  const wrong = given.find(
    (option) =>
      options[option] !== undefined &&
      // Only `$entity` has an id.
      (applicable === undefined ? option === 'id' : !applicable.includes(option)),
  )
  if (wrong !== undefined)
    throw new HapiError('OPTION_NOT_APPLICABLE', { option: `$${wrong}` }, { target: `$${wrong}` })
}

/** `/$count` counts what filter and search leave, with what they are told of; paging and ordering do not apply (Protocol §11.2.10). */
export function withoutPaging(options: QueryOptions): QueryOptions {
  return {
    ...(options.apply === undefined ? {} : { apply: options.apply }),
    ...(options.compute === undefined ? {} : { compute: options.compute }),
    ...(options.filter === undefined ? {} : { filter: options.filter }),
    ...(options.search === undefined ? {} : { search: options.search }),
  }
}
