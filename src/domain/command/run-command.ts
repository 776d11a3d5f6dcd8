/**
 * The one write path: normalise → validate against the model → rules → computed fields → SQL.
 * Whatever way a change enters, it enters here.
 */

import { HapiError } from '../../errors/hapi-error.ts'
import type { EntityType } from '../../model/entity-type.ts'
import { model } from '../../model/model.ts'
import { hasTable } from '../../model/naming.ts'
import { isOffered, isUpdatable } from '../../model/offered.ts'
import { actionRule, rulesOf } from '../rules.ts'
import { isControlInformation } from './bound-references.ts'
import { Change, type Outcome } from './change.ts'
import type { Command } from './command.ts'
import { checkDateOrder } from './date-order.ts'
import type { InputObject } from './input.ts'
import { findKept, type Overtaken } from './kept-row.ts'
import { fieldOfParameter, readField } from './read-field.ts'
import { readInput } from './read-input.ts'
import { resolveReferences } from './references.ts'
import { type Draft, type Row, requiredNumber, requiredText } from './row.ts'
import type { ActionRule, ChangeKind, Rule } from './rule.ts'
import { Violations } from './violations.ts'
import type { WriteContext } from './write-context.ts'

export interface CommandResult {
  readonly id: number
  readonly kind: ChangeKind
  /** Whether the row is another than before. */
  readonly changed: boolean
  /** The row as it was; undefined when there was none, or there are several. */
  readonly before: Row | undefined
  /** What an action shows instead of the row. */
  readonly outcome: Outcome | undefined
}

/**
 * Runs one command inside the transaction of `context`, which the caller commits.
 *
 * @throws {HapiError} RECORD_NOT_FOUND, PRECONDITION_FAILED, all violations of the model at once, or all refusals
 *   of the rules at once; then the transaction must not be committed
 */
export async function runCommand(command: Command, context: WriteContext): Promise<CommandResult> {
  const { type } = command
  switch (command.operation) {
    case 'create': {
      return runRules(await readCreation(command, context), rulesFor(type, 'create'), context)
    }
    case 'update':
    case 'replace': {
      const rules = rulesFor(type, 'update')
      await lockFirst(command.id, rules, context)
      return runRules(await readUpdate(command, context), rules, context)
    }
    case 'keep':
      return runKeep(command, context)
    case 'delete': {
      const rules = rulesFor(type, 'delete')
      await lockFirst(command.id, rules, context)
      return runRules(await readDeletion(command, context), rules, context)
    }
    case 'action': {
      const rule = actionRule(command.action)
      await lockFirst(command.id, [rule], context)
      return runRules(await readAction(command, rule, context), [rule], context)
    }
  }
}

async function lockFirst(
  id: number,
  rules: readonly Omit<Rule, 'on'>[],
  context: WriteContext,
): Promise<void> {
  for (const rule of rules) await rule.lockFirst?.(id, context)
}

function rulesFor(type: EntityType, kind: ChangeKind): readonly Rule[] {
  return rulesOf(type.name).filter((rule) => rule.on.includes(kind))
}

type CommandOf<O extends Command['operation']> = Extract<Command, { operation: O }>

async function readCreation(command: CommandOf<'create'>, context: WriteContext): Promise<Change> {
  return readBody(command, command.implied ?? {}, undefined, false, context)
}

/** A row that has the key already is changed to what is said of it; what is not said stays. */
async function runKeep(command: CommandOf<'keep'>, context: WriteContext): Promise<CommandResult> {
  const { type, found, nullIsUnsaid = false, isMet = () => false } = command
  const read = await readResolved(command, {}, undefined, false, context)
  const rules = rulesFor(type, 'update')
  const overtaken: Overtaken = {
    fields: new Set(rules.flatMap(({ overtakes = [] }) => overtakes)),
    async of(id) {
      const names = new Set<string>()
      for (const rule of rules)
        for (const name of (await rule.overtaken?.(read.draft, id, context)) ?? []) names.add(name)
      return names
    },
  }
  const { draft, given } = read
  const told = { draft, given, found, nullIsUnsaid, isMet }
  const id = await findKept(type, told, overtaken, context)
  if (id === undefined) {
    requireOffered(type, 'create', context)
    return runRules(
      await toChange(command, undefined, read, context),
      rulesFor(type, 'create'),
      context,
    )
  }
  await lockFirst(id, rules, context)
  const over = await overtaken.of(id)
  const said = nullIsUnsaid ? withoutNulls(type, command.input) : command.input
  const input = new Map([...said].filter(([name]) => !over.has(name)))
  const update = { ...command, input, operation: 'update', id } as const
  const change = await readUpdate(update, context)
  // Who sends what is there already asks for nothing.
  if (Object.keys(change.differences()).length === 0)
    return { id, kind: 'update', changed: false, before: change.before, outcome: undefined }
  requireOffered(type, 'update', context)
  return runRules(change, rules, context)
}

/** Parts of a key say what they say together. */
function withoutNulls({ properties }: EntityType, input: InputObject): InputObject {
  const parts = new Set(properties.filter(({ lookupFor }) => lookupFor).map(({ name }) => name))
  return new Map([...input].filter(([name, value]) => value !== null || parts.has(name)))
}

function requireOffered(
  type: EntityType,
  operation: 'create' | 'update',
  { actor }: WriteContext,
): void {
  if (isOffered(type, operation, actor.profile)) return
  const method = operation === 'create' ? 'POST' : 'PATCH'
  throw new HapiError('OPERATION_NOT_SUPPORTED', { method, entity: type.set })
}

async function readUpdate(
  command: CommandOf<'update' | 'replace'>,
  context: WriteContext,
): Promise<Change> {
  const before = await lockStored(command, context)
  return readBody(command, {}, before, command.operation === 'replace', context)
}

async function readBody(
  command: CommandOf<'create' | 'update' | 'replace' | 'keep'>,
  implied: Row,
  before: Row | undefined,
  replaces: boolean,
  context: WriteContext,
): Promise<Change> {
  const read = await readResolved(command, implied, before, replaces, context)
  return toChange(command, before, read, context)
}

interface ResolvedInput {
  readonly draft: Draft
  readonly given: ReadonlySet<string>
  readonly violations: Violations
}

async function readResolved(
  { type, input, decimalsAsText = false }: CommandOf<'create' | 'update' | 'replace' | 'keep'>,
  implied: Row,
  before: Row | undefined,
  replaces: boolean,
  context: WriteContext,
): Promise<ResolvedInput> {
  const violations = new Violations()
  const reading = { actor: context.actor, before, replaces, violations, decimalsAsText }
  const { draft, given, sent } = readInput(type, input, implied, reading)
  await resolveReferences(type, { draft, given, sent, violations, context })
  return { draft, given, violations }
}

async function toChange(
  command: CommandOf<'create' | 'update' | 'replace' | 'keep'>,
  before: Row | undefined,
  { draft, given, violations }: ResolvedInput,
  context: WriteContext,
): Promise<Change> {
  const { type } = command
  refuseMovedReferences(type, before, draft, violations, context)
  Object.assign(draft, command.found)
  const kind = before === undefined ? 'create' : 'update'
  if (before === undefined) draft['Id'] = null
  const change = new Change({ type, kind, before, after: draft, given })
  checkDateOrder(type, change, violations)
  // The order of the fields and not that of the checks, which nobody knows (R-007, example 1).
  violations.sortBy(type.properties.map(({ name }) => name))
  violations.throwIfAny()
  if (before === undefined && hasTable(type)) draft['Id'] = await context.nextId(type.name)
  return change
}

/** Legacy keys that designate another row than before change what may be immutable. */
function refuseMovedReferences(
  type: EntityType,
  before: Row | undefined,
  draft: Draft,
  violations: Violations,
  { actor }: WriteContext,
): void {
  if (before === undefined) return
  for (const property of type.properties) {
    const { name } = property
    if (property.readOnly === true || isUpdatable(property, actor.profile)) continue
    if (draft[name] !== before[name] && !violations.concerns(name))
      violations.add('FIELD_IMMUTABLE', { field: name }, { target: name })
  }
}

async function readDeletion(command: CommandOf<'delete'>, context: WriteContext): Promise<Change> {
  const before = await lockStored(command, context)
  return new Change({
    type: command.type,
    kind: 'delete',
    before,
    after: { ...before },
    given: new Set(),
  })
}

async function readAction(
  command: CommandOf<'action'>,
  rule: ActionRule,
  context: WriteContext,
): Promise<Change> {
  const before = await lockStored(command, context)
  return new Change({
    type: command.type,
    kind: 'update',
    before,
    after: { ...before },
    given: new Set(),
    parameters: readParameters(command.type, rule, command.input),
  })
}

function readParameters(type: EntityType, rule: ActionRule, input: InputObject): Row {
  const operation = model.findOperation(type.set, rule.operation.slice(type.set.length + 1))
  if (operation === undefined) throw new Error(`${rule.operation} is not an operation of the model`)
  const violations = new Violations()
  const parameters: Draft = {}
  for (const name of input.keys()) {
    if (
      isControlInformation(name) ||
      operation.parameters.some((parameter) => parameter.name === name)
    )
      continue
    const field = name.slice(0, 60)
    violations.add(
      'UNKNOWN_FIELD',
      { field, entity: operation.name, nearest: '' },
      { target: field },
    )
  }
  for (const parameter of operation.parameters) {
    try {
      const value = input.get(parameter.name) ?? null
      parameters[parameter.name] = readField(fieldOfParameter(parameter), value, {
        decimalsAsText: false,
      })
    } catch (error) {
      if (!(error instanceof HapiError)) throw error
      violations.add(error.code, error.values, { target: parameter.name })
    }
  }
  violations.throwIfAny()
  return parameters
}

/** The row as it is, held against other writers. */
async function lockStored(
  command: CommandOf<'update' | 'replace' | 'delete' | 'action'>,
  context: WriteContext,
): Promise<Row> {
  const { type, id, isUnchanged } = command
  const lock = command.operation === 'delete' ? ' for update' : ' for no key update'
  const [row] = await context.rows.select(type, 'id = $2', [id], lock)
  if (row === undefined) throw new HapiError('RECORD_NOT_FOUND', { entity: type.name, key: id })
  if (isUnchanged?.(requiredText(row, 'ModifiedDate')) === false)
    throw new HapiError('PRECONDITION_FAILED', { entity: type.name, key: id })
  return row
}

async function runRules(
  change: Change,
  rules: readonly Omit<Rule, 'on'>[],
  context: WriteContext,
): Promise<CommandResult> {
  for (const rule of rules) {
    change.rule = rule.number
    await rule.prepare?.(change, context)
  }
  // What cannot even be prepared is not looked at further.
  change.throwRefusals()
  for (const rule of rules) {
    change.rule = rule.number
    await rule.check?.(change, context)
  }
  change.throwRefusals()
  const own = rules.find((rule) => rule.write !== undefined)
  const changed = await (own === undefined ? write(change, context) : writeBy(own, change, context))
  for (const rule of rules) await rule.apply?.(change, context)
  await context.rows.refreshStates(context.touched, context.businessDate)
  const { id, kind, before, outcome } = change
  return { id, kind, changed, before, outcome }
}

async function writeBy(
  { write: writeOwn }: Omit<Rule, 'on'>,
  change: Change,
  context: WriteContext,
): Promise<boolean> {
  await writeOwn?.(change, context)
  return change.kind !== 'update' || Object.keys(change.differences()).length > 0
}

async function write(change: Change, { rows }: WriteContext): Promise<boolean> {
  const { type } = change
  switch (change.kind) {
    case 'create':
      await rows.insert(type, change.after)
      return true
    case 'delete':
      await rows.delete(type, requiredNumber(change.after, 'Id'))
      // Foreign keys are deferred: who still refers to the row says so now, in the rule's words.
      await rows.client.texts('set constraints all immediate', [])
      return true
    case 'update': {
      const differences = change.differences()
      await rows.update(type, change.id, differences)
      return Object.keys(differences).length > 0
    }
  }
}
