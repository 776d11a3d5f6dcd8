/**
 * The object of a plan as a list of instructions: which bytes stand before each column's value, and what becomes of
 * it. Made once per shape of request; `row-writer.ts` follows them row by row.
 */

import type { ObjectMember, ObjectPlan, Padding, ValueFormat } from '../plan/query-plan.ts'

export interface RowFormat {
  /** 64-bit integers and decimals in quotes, for clients whose numbers are IEEE 754 doubles. */
  readonly ieee754Compatible: boolean
  /** `@odata.` in OData 4.0, `@` in 4.01. */
  readonly annotationPrefix: '@odata.' | '@'
  /** Stands before the addresses of entities; absent where a context URL says what they are relative to. */
  readonly addressPrefix?: string | undefined
  /** Codes are padded with blanks to their width, as an old system shows them (R-001). */
  readonly legacyPadding: boolean
  /** Properties that are null are left out (Protocol 4.01 §8.2.8.7). */
  readonly omitsNulls: boolean
}

/**
 * What an instruction means for the commas of an object whose members may be left out. `plain` has them in its prefix,
 * as every instruction does when nothing is left out.
 */
type Role = 'plain' | 'member' | 'omittable' | 'opens' | 'closes'

/** What is done with the column's bytes. */
export type Instruction = { readonly prefix: Buffer; readonly role: Role } & (
  | {
      readonly kind: 'value'
      readonly column: number
      readonly format: ValueFormat
      readonly padding: Padding | undefined
    }
  /** A related entity: `null` when its key is, and then on at `next`. */
  | {
      readonly kind: 'one'
      readonly column: number
      readonly next: number
      readonly manySkipped: number
    }
  | { readonly kind: 'many'; readonly column: number }
  /** On at `next` unless one of the columns is true. */
  | { readonly kind: 'guard'; readonly columns: readonly number[]; readonly next: number }
  | { readonly kind: 'text' }
)

/** @param opened the opening brace of the object is written by someone else */
export function compileInstructions(
  object: ObjectPlan,
  format: RowFormat,
  opened: boolean,
): readonly Instruction[] {
  return isSparse(object, format)
    ? compileSparse(object, format, opened)
    : compile(object, format, opened)
}

/** Whether a row may lack members, so that only the row itself tells where commas belong. */
export function isSparse(object: ObjectPlan, format: RowFormat): boolean {
  return format.omitsNulls || object.members.some(mayLack)
}

function mayLack(member: ObjectMember): boolean {
  if (presenceOf(member) !== undefined) return true
  if (member.kind === 'object') return member.members.some(mayLack)
  return member.kind === 'one' && member.object.members.some(mayLack)
}

function presenceOf(member: ObjectMember): readonly number[] | undefined {
  return member.kind === 'property' || member.kind === 'object' ? member.presentIn : undefined
}

/** A member: the text before its value, the value, the text after it. */
interface Parts {
  readonly lead: string
  readonly value?: {
    readonly column: number
    readonly format: ValueFormat
    readonly padding?: Padding | undefined
  }
  readonly many?: { readonly column: number }
  readonly one?: { readonly column: number; readonly object: ObjectPlan }
  readonly object?: ObjectPlan
  readonly tail?: string
  /** May be left out when it is null. */
  readonly omittable?: true
}

function partsOf(member: ObjectMember, format: RowFormat): Parts {
  const { annotationPrefix: at } = format
  switch (member.kind) {
    case 'property':
      return {
        lead: `${typeNote(member.name, member.typeName, at)}${label(member.name)}`,
        value: {
          column: member.column,
          format: valueFormat(member.format, format),
          padding: format.legacyPadding ? member.padding : undefined,
        },
        ...(format.omitsNulls ? { omittable: true } : {}),
      }
    case 'object':
      return { lead: label(member.name), object: member }
    case 'etag':
      return { lead: label(`${at}etag`), value: { column: member.column, format: 'etag' } }
    case 'annotation':
      return {
        lead: label(at + member.annotation),
        value: { column: member.column, format: 'text' },
      }
    case 'count':
      return {
        lead: label(`${member.name}${at}count`),
        value: { column: member.column, format: valueFormat('exactNumber', format) },
      }
    case 'typeName':
      return { lead: `${label(`${at}type`)}${JSON.stringify(`#${member.typeName}`)}` }
    case 'link':
      return {
        lead: `${label(`${member.of ?? ''}${at}${member.annotation}`)}${openText(`${format.addressPrefix ?? ''}${member.set}(`)}`,
        value: { column: member.keyColumn, format: 'number' },
        tail: `)${member.path}"`,
      }
    case 'operation':
      return {
        lead: `${label(`#${member.qualifiedName}`)}{"title":"${member.name}","target":"${member.set}(`,
        value: { column: member.keyColumn, format: 'number' },
        tail: `)/${member.name}"}`,
      }
    case 'many':
      return { lead: `${label(member.name)}[`, many: { column: member.keyColumn }, tail: ']' }
    case 'one':
      return {
        lead: label(member.name),
        one: { column: member.keyColumn, object: member.object },
        ...(format.omitsNulls ? { omittable: true } : {}),
      }
  }
}

/** A text that goes on. */
function openText(content: string): string {
  return JSON.stringify(content).slice(0, -1)
}

function label(name: string): string {
  return `${JSON.stringify(name)}:`
}

/** A built-in type stands after a hash in 4.0 and plainly in 4.01 (JSON Format 4.01 §4.6.3). */
function typeNote(name: string, typeName: string | undefined, at: '@odata.' | '@'): string {
  if (typeName === undefined) return ''
  const builtIn = /^Edm\.(\w+)$/.exec(typeName)?.[1]
  const shown =
    builtIn === undefined
      ? `#${typeName.replace('(Edm.', '(')}`
      : `${at === '@' ? '' : '#'}${builtIn}`
  return `${label(`${name}${at}type`)}"${shown}",`
}

function valueFormat(format: ValueFormat, row: RowFormat): ValueFormat {
  if (format === 'computedDecimal') return row.ieee754Compatible ? 'quotedDecimal' : 'double'
  if (format !== 'exactNumber') return format
  return row.ieee754Compatible ? 'plainText' : 'number'
}

/** Every member is always there: commas and braces are part of the prefixes. */
function compile(object: ObjectPlan, format: RowFormat, opened: boolean): Instruction[] {
  const instructions: Instruction[] = []
  let before = opened ? '' : '{'
  let first = true
  for (const member of object.members) {
    const { lead, value, many, one, object: inner, tail = '' } = partsOf(member, format)
    const prefix = `${before}${first ? '' : ','}${lead}`
    first = false
    before = tail
    const facts = { prefix: Buffer.from(prefix), role: 'plain' } as const
    if (value !== undefined) instructions.push(valueOf(facts, value))
    else if (many !== undefined) instructions.push({ ...facts, kind: 'many', column: many.column })
    else if (one !== undefined)
      pushOne(instructions, facts, one.column, compile(one.object, format, true))
    else if (inner !== undefined) {
      instructions.push(text(`${prefix}{`, 'plain'))
      pushInner(instructions, compile(inner, format, true))
    } else before = prefix + tail
  }
  instructions.push({ kind: 'text', role: 'plain', prefix: Buffer.from(`${before}}`) })
  return instructions
}

/** Members may be left out: the writer puts commas between those that are there. */
function compileSparse(object: ObjectPlan, format: RowFormat, opened: boolean): Instruction[] {
  const instructions: Instruction[] = opened ? [] : [text('{', 'opens')]
  for (const member of object.members) {
    const { lead, value, many, one, object: inner, tail, omittable } = partsOf(member, format)
    const columns = presenceOf(member)
    const guard = instructions.length
    if (columns !== undefined) instructions.push(guardOf(columns, guard))
    const facts = {
      prefix: Buffer.from(lead),
      role: omittable === true ? 'omittable' : 'member',
    } as const
    if (value !== undefined) instructions.push(valueOf(facts, value))
    else if (many !== undefined) instructions.push({ ...facts, kind: 'many', column: many.column })
    else if (one !== undefined)
      pushOne(instructions, facts, one.column, compileSparse(one.object, format, true))
    else instructions.push({ ...facts, kind: 'text' })
    if (inner !== undefined) pushInner(instructions, compileSparse(inner, format, false))
    if (tail !== undefined) instructions.push(text(tail, 'plain'))
    if (columns !== undefined) instructions[guard] = guardOf(columns, instructions.length)
  }
  instructions.push(text('}', 'closes'))
  return instructions
}

/** Written out: objects made by spreading are read more slowly, row by row (measured: a third of the writer's time). */
function valueOf(
  { prefix, role }: Pick<Instruction, 'prefix' | 'role'>,
  { column, format, padding }: NonNullable<Parts['value']>,
): Instruction {
  return { kind: 'value', prefix, role, column, format, padding }
}

function guardOf(columns: readonly number[], next: number): Instruction {
  return { kind: 'guard', role: 'plain', prefix: Buffer.alloc(0), columns, next }
}

function text(content: string, role: Role): Instruction {
  return { kind: 'text', role, prefix: Buffer.from(content) }
}

/** The instruction of a related entity, and those of its object behind it. */
function pushOne(
  instructions: Instruction[],
  facts: Pick<Instruction, 'prefix' | 'role'>,
  column: number,
  inner: readonly Instruction[],
): void {
  const start = instructions.length + 1
  instructions.push({
    ...facts,
    kind: 'one',
    column,
    next: start + inner.length,
    manySkipped: inner.filter(({ kind }) => kind === 'many').length,
  })
  pushInner(instructions, inner)
}

/** Instructions that were made by themselves, from where they stand now. */
function pushInner(instructions: Instruction[], inner: readonly Instruction[]): void {
  const start = instructions.length
  for (const instruction of inner)
    instructions.push(
      instruction.kind === 'one' || instruction.kind === 'guard'
        ? { ...instruction, next: instruction.next + start }
        : instruction,
    )
}
