/** A statement while it is written: its parameters, numbered as they come, and what they are. */

import type { ParameterSource } from '../bind/bound-tree.ts'
import type { DerivedRows } from '../bind/derived-rows.ts'

/** What PostgreSQL is sent: one text for all requests of a shape, and where its values come from. */
export interface CompiledStatement {
  readonly text: string
  readonly parameters: readonly ParameterSource[]
  /**
   * Whether one plan fits all values. A text search is planned for its pattern each time: a plan
   * for any pattern would not dare to use the trigram index.
   */
  readonly prepared: boolean
}

/** Writes a subselect: handed in, since it is made of all the parts that sources are a part of. */
export type WriteSubselect = (rows: DerivedRows, statement: StatementText) => string

export class StatementText {
  readonly #writeSubselect: WriteSubselect
  readonly #parameters: ParameterSource[] = []
  #prepared = true

  constructor(writeSubselect: WriteSubselect) {
    this.#writeSubselect = writeSubselect
  }

  subselect(rows: DerivedRows): string {
    return this.#writeSubselect(rows, this)
  }

  /** `$n` for the value; the same source gets the same number. */
  parameter(source: ParameterSource): string {
    const known = this.#parameters.findIndex((candidate) => sameParameter(candidate, source))
    return `$${known >= 0 ? known + 1 : this.#parameters.push(source)}`
  }

  planForValues(): void {
    this.#prepared = false
  }

  compile(text: string): CompiledStatement {
    return { text, parameters: this.#parameters, prepared: this.#prepared }
  }
}

/** Kinds of which a statement may have several: equal only as said below. */
const NUMBERED: ReadonlySet<ParameterSource['kind']> = new Set([
  'list',
  'literal',
  'argument',
  'pageStart',
])

function sameParameter(a: ParameterSource, b: ParameterSource): boolean {
  if (a.kind === 'literal' && b.kind === 'literal')
    return a.literal === b.literal && a.encoding === b.encoding
  if (a.kind === 'argument' && b.kind === 'argument') return a.index === b.index
  if (a.kind === 'pageStart' && b.kind === 'pageStart') return a.index === b.index
  return a.kind === b.kind && !NUMBERED.has(a.kind)
}
