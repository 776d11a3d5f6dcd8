/**
 * A request's shape, compiled: statements and row writers that serve every request of the shape.
 *
 * Binding checks the caller's rights, so the cache is kept by rights as well as by shape.
 */

import { HapiError } from '../../errors/hapi-error.ts'
import type { EntityType } from '../../model/entity-type.ts'
import type { Model } from '../../model/model.ts'
import type { ReadAccess } from '../../odata/bind/access.ts'
import type { AnchoredSource, BoundRequest } from '../../odata/bind/bound-tree.ts'
import type { ExpandLimits } from '../../odata/bind/query-binder.ts'
import { bindRequest } from '../../odata/bind/request-binder.ts'
import type { ODataRequest } from '../../odata/parse/syntax.ts'
import type { ControlPlan } from '../../odata/plan/control-information.ts'
import { isTrackable, planDelta } from '../../odata/plan/plan-delta.ts'
import { planRequest } from '../../odata/plan/plan-request.ts'
import type { Paging, QueryPlan, RowsPlan } from '../../odata/plan/query-plan.ts'
import type { RowFormat } from '../../odata/serialize/row-instructions.ts'
import type { CompiledRows } from '../../odata/serialize/row-stream.ts'
import { type RowLayout, RowWriter } from '../../odata/serialize/row-writer.ts'
import type { CompiledStatement } from '../../odata/sql/statement-text.ts'
import { writeDeltaCountStatement, writeDeltaStatement } from '../../odata/sql/write-delta.ts'
import {
  writeCountStatement,
  writeExistsStatement,
  writeRelatedStatement,
  writeRowsStatement,
} from '../../odata/sql/write-statement.ts'
import { type PersonsShown, personsShown } from './readings.ts'

export interface CompiledRequest {
  readonly bound: BoundRequest
  readonly plan: QueryPlan
  readonly rows: CompiledRows
  readonly count: CompiledStatement | undefined
  /** Tells a missing parent from a parent without rows. */
  readonly parentExists: CompiledStatement | undefined
  /** One statement answers the request, with rows so few that they need not stream. */
  readonly isSmall: boolean
  /** Rows leave out what is null. */
  readonly isSparse: boolean
  /** Some of the rows are service calls, whose state follows the clock by the hour. */
  readonly readsServiceCalls: boolean
  /** Whether and how rows tell of persons; undefined when they do not. */
  readonly persons: PersonsShown | undefined
  /** What a delta link gives; undefined for what is there now. */
  readonly delta: CompiledDelta | undefined
}

interface CompiledDelta {
  /** Says why an entity is removed; null where it is not. */
  readonly removedColumn: number
  readonly count: CompiledStatement
}

/** What a compiled request depends on besides the text of the request. */
export interface CompileOptions {
  readonly access: ReadAccess
  /** Identifies the rights behind `access`. */
  readonly rightsDigest: string
  readonly paging: Paging
  /** What has changed of the answer is asked for, and not the answer. */
  readonly isDelta: boolean
  readonly control: ControlOptions
  /** An object's own properties stand before those that are expanded. */
  readonly ownFirst: boolean
  readonly format: RowFormat
}

/** How much control information rows have; all of it depends on what the caller may change. */
type ControlOptions =
  | { readonly amount: 'none' | 'minimal' }
  | {
      readonly amount: 'full'
      /** Identifies the rights behind `isUpdatable`. */
      readonly writesDigest: string
      readonly isUpdatable: (type: EntityType) => boolean
    }

/** Shapes kept: an integration has some dozens; a client that invents shapes pushes out its own. */
const SHAPES_MAX = 2_000

/** Characters of their keys and statements together: long ones leave room for fewer (each character costs some 10 bytes). */
const SHAPES_LENGTH_MAX = 20_000_000

export class RequestCompiler {
  readonly #model: Model
  readonly #limits: ExpandLimits
  /** Least recently used first. */
  readonly #shapes = new Map<string, CompiledRequest>()
  #shapesLength = 0

  constructor(model: Model, limits: ExpandLimits) {
    this.#model = model
    this.#limits = limits
  }

  /** @throws {HapiError} whatever binding finds wrong */
  compile(request: ODataRequest, options: CompileOptions): CompiledRequest {
    const { paging, format } = options
    const top = topRows(request)
    const key = [
      top,
      paging.paged,
      continuedText(paging),
      paging.nested?.join('/'),
      options.isDelta,
      format.ieee754Compatible,
      format.annotationPrefix,
      format.addressPrefix,
      format.legacyPadding,
      format.omitsNulls,
      options.control.amount,
      options.control.amount === 'full' ? options.control.writesDigest : '',
      options.ownFirst,
      options.rightsDigest,
      request.shape,
    ].join('\n')
    const known = this.#shapes.get(key)
    if (known !== undefined) {
      this.#shapes.delete(key)
      this.#shapes.set(key, known)
      return known
    }
    const compiled = options.isDelta
      ? this.#compileDelta(request, options)
      : this.#compileAnew(request, top, options)
    // A call whose arguments stand in the query string has them in its shape: it would fill the cache.
    if (compiled.bound.functionCall === undefined || request.customOptions.length === 0)
      this.#keep(key, compiled)
    return compiled
  }

  #compileAnew(
    request: ODataRequest,
    top: number | undefined,
    options: CompileOptions,
  ): CompiledRequest {
    const { paging, format, ownFirst } = options
    const { access, sets } = recorded(options.access)
    const whole = bindRequest(this.#model, access, request, this.#limits)
    const bound = paging.nested === undefined ? whole : boundExpanded(whole, paging.nested)
    const control = this.#controlOf(options)
    const plan = planRequest(bound, { paging, top, control, ownFirst })
    const parent = parentOf(bound)
    return {
      bound,
      plan,
      rows: compileRows(
        plan.rows,
        format,
        paging.nested === undefined
          ? // The context stands first, where there is one.
            {
              leading: 0,
              opened: plan.shape === 'entity' && (control.amount === 'none' ? 'empty' : 'begun'),
            }
          : RELATED_LAYOUT,
      ),
      count: plan.counted ? writeCountStatement(plan.rows) : undefined,
      parentExists: parent === undefined ? undefined : writeExistsStatement(parent),
      isSmall: isSmall(plan),
      delta: undefined,
      isSparse: format.omitsNulls,
      readsServiceCalls: sets.has(SERVICE_CALLS),
      persons: personsShown(bound, plan.rows, { shape: request.shape, sets }),
    }
  }

  #controlOf({ access, control }: CompileOptions): ControlPlan {
    if (control.amount !== 'full') return { amount: control.amount }
    const offer = {
      model: this.#model,
      isReadable: ({ module, set }: EntityType) => access.hasModule(module) && access.canRead(set),
      isUpdatable: control.isUpdatable,
    }
    return { amount: 'full', offer }
  }

  #compileDelta(request: ODataRequest, options: CompileOptions): CompiledRequest {
    const { access, sets } = recorded(options.access)
    const bound = bindRequest(this.#model, access, request, this.#limits)
    if (!isTrackable(bound, options.format.annotationPrefix === '@' ? '4.01' : '4.0'))
      throw new HapiError('NOT_IMPLEMENTED', { feature: '$deltatoken' }, { target: '$deltatoken' })
    const { paging, ownFirst, format } = options
    const control = this.#controlOf(options)
    const plan = planDelta(bound, { paging, control, ownFirst })
    const parent = parentOf(bound)
    const removedColumn = plan.rows.columns.length
    const layout = { ...RELATED_LAYOUT, columns: removedColumn + 1 }
    return {
      bound,
      plan,
      rows: {
        statement: writeDeltaStatement(plan.rows),
        writer: new RowWriter(plan.rows.object, layout, format),
        witnesses: plan.rows.witnesses,
        related: [],
      },
      count: undefined,
      parentExists: parent === undefined ? undefined : writeExistsStatement(parent),
      isSmall: false,
      isSparse: false,
      readsServiceCalls: sets.has(SERVICE_CALLS),
      persons: personsShown(bound, plan.rows, { shape: request.shape, sets }),
      delta: { removedColumn, count: writeDeltaCountStatement(plan.rows) },
    }
  }

  #keep(key: string, compiled: CompiledRequest): void {
    this.#shapes.set(key, compiled)
    this.#shapesLength += lengthOf(key, compiled)
    for (const [oldest, old] of this.#shapes) {
      if (this.#shapes.size <= SHAPES_MAX && this.#shapesLength <= SHAPES_LENGTH_MAX) return
      this.#shapes.delete(oldest)
      this.#shapesLength -= lengthOf(oldest, old)
    }
  }
}

const SERVICE_CALLS = 'ServiceCalls'

/** The same rights, and the sets about which they are asked: whatever a request reads it has to be allowed to read. */
function recorded(access: ReadAccess): {
  readonly access: ReadAccess
  readonly sets: ReadonlySet<string>
} {
  const sets = new Set<string>()
  const canRead = (set: string): boolean => {
    sets.add(set)
    return access.canRead(set)
  }
  return { access: { hasModule: (code) => access.hasModule(code), canRead }, sets }
}

/** An expanded collection as if it were asked for itself: what its next link gives. */
function boundExpanded(whole: BoundRequest, path: readonly string[]): BoundRequest {
  let { query } = whole
  for (const name of path) {
    const expand = query.expands.find(({ navigation }) => navigation.name === name)
    if (expand === undefined) throw new Error(`${path.join('/')} is not expanded`)
    query = expand.query
  }
  return {
    shape: 'collection',
    setName: query.root.row.entityType?.set,
    // The first page has told how many there are.
    query: { ...query, count: false },
    via: undefined,
    keyLiterals: [],
    property: undefined,
    functionCall: undefined,
  }
}

function lengthOf(key: string, { rows, count, parentExists }: CompiledRequest): number {
  const others = (count?.text.length ?? 0) + (parentExists?.text.length ?? 0)
  return key.length + others + rowsLength(rows)
}

function rowsLength({ statement, related }: CompiledRows): number {
  return related.reduce((sum, rows) => sum + rowsLength(rows), statement.text.length)
}

function continuedText({ continued }: Paging): string {
  return typeof continued === 'string' ? continued : continued.nulls.map(Number).join('')
}

/** Rows of a `$top` that the statement says as a number; a larger one is a parameter, as other literals are. */
const TOP_MAX = 200

/**
 * `$top`, when it is small: the number is then part of the shape. PostgreSQL plans a parameter anew for
 * each value, since it cannot know how few rows will do (measured: half of its work for ten rows).
 */
function topRows(request: ODataRequest): number | undefined {
  const { top } = request.options
  const rows = top === undefined ? Number.NaN : Number(request.literals[top]?.value)
  return Number.isInteger(rows) && rows >= 0 && rows <= TOP_MAX ? rows : undefined
}

/** A second statement may be needed for expanded rows, for a count, or to tell whether a parent exists. */
function isSmall({ shape, rows, counted }: QueryPlan): boolean {
  if (rows.via !== undefined || rows.related.length > 0) return false
  // A collection without a row may be that of an entity that is not there.
  if (rows.boundTo !== undefined && shape !== 'entity') return false
  return shape !== 'collection' || (rows.limit?.kind === 'rows' && !counted)
}

/** The entity without which there is nothing to answer: the last one of the path before the rows. */
export function parentOf({ via, functionCall }: BoundRequest): AnchoredSource | undefined {
  return via?.parent ?? functionCall?.boundTo
}

const RELATED_LAYOUT = { leading: 1, opened: false } as const

function compileRows(
  plan: RowsPlan,
  format: RowFormat,
  layout: Omit<RowLayout, 'columns'>,
): CompiledRows {
  return {
    statement: layout.leading === 0 ? writeRowsStatement(plan) : writeRelatedStatement(plan),
    // A statement without columns still returns one.
    writer: new RowWriter(
      plan.object,
      { ...layout, columns: Math.max(plan.columns.length, 1) },
      format,
    ),
    witnesses: plan.witnesses,
    related: plan.related.map((related) => ({
      ...compileRows(related.rows, format, RELATED_LAYOUT),
      path: related.path,
      placeColumns: related.pageColumns,
    })),
  }
}
