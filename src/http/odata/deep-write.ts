/**
 * Entities inside entities (Protocol 4.01 §11.4.2.1, §11.4.2.2, §11.4.3.1): one request, one transaction, a command for
 * each entity, each by the rules and rights of its own set.
 */

import type { Principal } from '../../auth/principal.ts'
import type { InputObject, InputValue } from '../../domain/command/input.ts'
import type { FieldValue, Row } from '../../domain/command/row.ts'
import { type CommandResult, runCommand } from '../../domain/command/run-command.ts'
import { HapiError } from '../../errors/hapi-error.ts'
import type { EntityType, NavigationProperty } from '../../model/entity-type.ts'
import { columnName, tableName } from '../../model/naming.ts'
import { collectionMethods, entityMethods, isOffered } from '../../model/offered.ts'
import { findReferred, type ReferenceReading, referenceOf } from './entity-reference.ts'
import { etagOf, matchesEtag } from './etag.ts'
import { type BodyParts, hasContent, isDeep, type NestedMembers, takeApart } from './nested-body.ts'

/** Entities inside one body; each costs a command with all its rules. */
const NESTED_MAX = 200

/** Entities inside entities; nobody's data are deeper. */
const NESTED_DEPTH_MAX = 5

/** Members of a collection that a request may replace as a whole. */
const MEMBERS_MAX = 1_000

/** One entity to write, with what is inside it. */
export interface DeepWrite {
  readonly type: EntityType
  readonly operation: 'create' | 'update' | 'replace'
  /** Of the row; undefined for a creation. */
  readonly id: number | undefined
  readonly input: InputObject
  readonly implied: Row
  readonly isUnchanged: ((modifiedDate: string) => boolean) | undefined
}

/** @throws {HapiError} what the commands throw, with the way to the entity in the target; LIMIT_EXCEEDED, INVALID_BODY, REFERENCE_NOT_FOUND, and refusals of rights on sets of nested entities */
export class DeepWriter {
  readonly #reading: ReferenceReading
  readonly #principal: Principal
  readonly #decimalsAsText: boolean
  /** `OData-Version` of the request; undefined: as new as the service knows. */
  readonly #version: '4.0' | '4.01' | undefined
  #written = 0

  constructor(
    reading: ReferenceReading,
    principal: Principal,
    request: { readonly decimalsAsText: boolean; readonly version: '4.0' | '4.01' | undefined },
  ) {
    this.#reading = reading
    this.#principal = principal
    this.#decimalsAsText = request.decimalsAsText
    this.#version = request.version
  }

  async write(entity: DeepWrite, depth = 0): Promise<CommandResult> {
    const parts = takeApart(entity.type, entity.input)
    this.#refuseVersion(entity, parts)
    const own = await this.#withReferences(entity.type, parts)
    for (const { navigation, content } of parts.referred) {
      const id = await inside(navigation.name, () =>
        this.#writeReferred(navigation, content, entity.operation, depth + 1),
      )
      const target = this.#reading.model.getType(navigation.target)
      own.set(`${navigation.name}@odata.bind`, `${target.set}(${id})`)
    }
    const result = await this.#run(entity, own)
    for (const nested of parts.members)
      await this.#writeMembers(entity.operation, nested, result.id, depth + 1)
    return result
  }

  #run(
    { type, operation, id, implied, input, isUnchanged }: DeepWrite,
    own: InputObject,
  ): Promise<CommandResult> {
    const facts = { type, input: own, decimalsAsText: this.#decimalsAsText }
    const { context } = this.#reading
    if (operation === 'create' || id === undefined)
      return runCommand({ ...facts, operation: 'create', implied }, context)
    const tag = this.#version === '4.01' ? (input.get('@etag') ?? input.get('@odata.etag')) : '*'
    return runCommand(
      {
        ...facts,
        operation,
        id,
        isUnchanged: (instant) =>
          isUnchanged?.(instant) !== false &&
          (typeof tag !== 'string' || matchesEtag(tag, etagOf(instant))),
      },
      context,
    )
  }

  /** §11.4.3.1: an update by the rules of 4.0 has references inside it and no entities. */
  #refuseVersion({ operation }: DeepWrite, parts: BodyParts): void {
    if (!isDeep(parts)) return
    const isDelta = parts.members.some(({ meaning }) => meaning === 'delta')
    if (operation === 'create' ? isDelta : this.#version === '4.0')
      throw new HapiError('INVALID_BODY', { reason: isDelta ? DELTA : DEEP_UPDATE })
    if (operation === 'replace' && isDelta) throw new HapiError('INVALID_BODY', { reason: DELTA })
  }

  /** The command knows references by Id: those by other keys are looked up. */
  async #withReferences(type: EntityType, { own }: BodyParts): Promise<Map<string, InputValue>> {
    const read = new Map<string, InputValue>()
    for (const [name, value] of own) {
      const navigation = type.navigation.find(
        (known) => known.name === name.replace(/@(?:odata\.)?bind$/, ''),
      )
      const reference = navigation?.name === name ? referenceOf(value) : value
      if (navigation === undefined || typeof reference !== 'string' || BY_ID.test(reference)) {
        read.set(name, value)
        continue
      }
      const target = this.#reading.model.getType(navigation.target)
      const row = await findReferred(reference, target, navigation.from, this.#reading)
      read.set(`${navigation.name}@odata.bind`, `${target.set}(${row['Id']})`)
    }
    return read
  }

  /** An entity that the outer one refers to: a new one, or in an update the one that is named. */
  async #writeReferred(
    navigation: NavigationProperty,
    content: InputObject,
    operation: DeepWrite['operation'],
    depth: number,
  ): Promise<number> {
    const type = this.#reading.model.getType(navigation.target)
    const row = await this.#findNamed(type, content, operation)
    const { id } = await this.#writeNested(type, content, row, {}, operation, depth)
    return id
  }

  /** The row that a nested entity names by `@id` or `Id`; undefined when it names none. */
  async #findNamed(
    type: EntityType,
    content: InputObject,
    operation: DeepWrite['operation'],
  ): Promise<Row | undefined> {
    const reference = referenceOf(content)
    if (reference !== undefined) {
      // §11.4.2: a creation has no content for entities that exist.
      if (operation === 'create' && hasContent(content))
        throw new HapiError('INVALID_BODY', { reason: EXISTING })
      return findReferred(reference, type, '@id', this.#reading)
    }
    const id = content.get('Id')
    if (operation === 'create' || !(typeof id === 'object' && id !== null && 'text' in id))
      return undefined
    return findReferred(`${type.set}(${id.text})`, type, 'Id', this.#reading)
  }

  async #writeNested(
    type: EntityType,
    input: InputObject,
    row: Row | undefined,
    implied: Row,
    outer: DeepWrite['operation'],
    depth: number,
  ): Promise<CommandResult> {
    this.#count(depth)
    const operation = row === undefined ? 'create' : outer === 'replace' ? 'replace' : 'update'
    this.#require(type, operation === 'create' ? 'create' : 'update')
    const id = row === undefined ? undefined : Number(row['Id'])
    return this.write({ type, operation, id, input, implied, isUnchanged: undefined }, depth)
  }

  async #writeMembers(
    operation: DeepWrite['operation'],
    { navigation, meaning, items }: NestedMembers,
    parent: number,
    depth: number,
  ): Promise<void> {
    const type = this.#reading.model.getType(navigation.target)
    const kept = new Set<number>()
    for (const [index, item] of items.entries())
      await inside(`${navigation.name}[${index}]`, async () => {
        const removed = item.get('@removed') ?? item.get('@odata.removed')
        const id =
          meaning === 'delta' && removed !== undefined
            ? await this.#remove(type, navigation, item, parent)
            : await this.#writeMember(type, navigation, item, { operation, parent, depth })
        kept.add(id)
      })
    if (meaning !== 'all' || operation === 'create') return
    for (const id of await this.#memberIds(type, navigation, parent))
      if (!kept.has(id))
        await inside(navigation.name, () => this.#relate(type, navigation, id, null))
  }

  async #writeMember(
    type: EntityType,
    { to }: NavigationProperty,
    item: InputObject,
    {
      operation,
      parent,
      depth,
    }: { operation: DeepWrite['operation']; parent: number; depth: number },
  ): Promise<number> {
    const row = await this.#findNamed(type, item, operation)
    if (row === undefined)
      return (await this.#writeNested(type, item, undefined, { [to]: parent }, operation, depth)).id
    const id = Number(row['Id'])
    if (!hasContent(item)) {
      this.#count(depth)
      if (row[to] !== parent) await this.#relate(type, { to }, id, parent)
      return id
    }
    const input = new Map(item)
    if (!input.has(to)) input.set(to, toInput(parent))
    await this.#writeNested(type, input, row, {}, operation, depth)
    return id
  }

  /** §11.4.3.1: `deleted` deletes the member, `changed` only unrelates it. */
  async #remove(
    type: EntityType,
    navigation: NavigationProperty,
    item: InputObject,
    parent: number,
  ): Promise<number> {
    this.#count(1)
    const row = await this.#findNamed(type, item, 'update')
    if (row === undefined)
      throw new HapiError('REQUIRED_FIELD', { field: '@id' }, { target: '@id' })
    const id = Number(row['Id'])
    if (row[navigation.to] !== parent)
      throw new HapiError('REFERENCE_NOT_FOUND', { entity: type.name, key: id }, { target: '@id' })
    const removed = item.get('@removed') ?? item.get('@odata.removed')
    const reason = removed instanceof Map ? removed.get('reason') : undefined
    if (reason === 'deleted') {
      this.#require(type, 'delete')
      await runCommand({ type, operation: 'delete', id }, this.#reading.context)
    } else await this.#relate(type, navigation, id, null)
    return id
  }

  async #relate(
    type: EntityType,
    { to }: Pick<NavigationProperty, 'to'>,
    id: number,
    value: FieldValue,
  ): Promise<void> {
    this.#require(type, 'update')
    const input = new Map([[to, toInput(value)]])
    await runCommand({ type, operation: 'update', id, input }, this.#reading.context)
  }

  async #memberIds(
    type: EntityType,
    { to }: NavigationProperty,
    parent: number,
  ): Promise<readonly number[]> {
    const { context } = this.#reading
    const rows = await context.query(
      `select id from ${tableName(type)} where account_id = $1 and ${columnName({ name: to })} = $2 order by id limit $3`,
      [context.accountId, parent, MEMBERS_MAX + 1],
    )
    if (rows.length > MEMBERS_MAX) throw exceeded(MEMBERS_MAX)
    return rows.map(({ id }) => Number(id))
  }

  #count(depth: number): void {
    this.#written++
    if (this.#written > NESTED_MAX) throw exceeded(NESTED_MAX)
    if (depth > NESTED_DEPTH_MAX)
      throw new HapiError('LIMIT_EXCEEDED', { limit: NESTED_DEPTH_MAX, what: LEVELS })
  }

  /** As for a request of its own to that set. */
  #require(type: EntityType, right: 'create' | 'update' | 'delete'): void {
    const { profile, modules } = this.#principal
    const { set, module } = type
    if (!modules.has(module))
      throw new HapiError('MODULE_NOT_LICENSED', { module }, { target: set })
    if (!isOffered(type, right, profile)) {
      const methods = (right === 'create' ? collectionMethods : entityMethods)(type, profile)
      const method = { create: 'POST', update: 'PATCH', delete: 'DELETE' }[right]
      const allow = methods.join(', ')
      throw new HapiError(
        'OPERATION_NOT_SUPPORTED',
        { method, entity: set },
        { headers: { allow } },
      )
    }
    if (!this.#principal.canWrite(set, right))
      throw new HapiError('WRITE_NOT_PERMITTED', { right, set }, { target: set })
  }
}

/** As the command reads it: an Id in the parentheses. */
const BY_ID = /(?:^|\/)\w+\(\d{1,10}\)$/

const DEEP_UPDATE = {
  fr: "des entités liées ne se modifient à l'intérieur d'une autre qu'avec « OData-Version: 4.01 »",
  en: "related entities inside an update need 'OData-Version: 4.01'",
}
const DELTA = {
  fr: 'un « @delta » ne se trouve que dans un PATCH, avec « OData-Version: 4.01 »',
  en: "a '@delta' stands in a PATCH only, with 'OData-Version: 4.01'",
}
const EXISTING = {
  fr: 'une création ne peut modifier une entité qui existe déjà; donnez-en la référence seule',
  en: 'a creation cannot change an entity that exists already; give its reference alone',
}
const ENTITIES = { fr: 'entités imbriquées', en: 'nested entities' }
const LEVELS = { fr: "niveaux d'entités imbriquées", en: 'levels of nested entities' }

function exceeded(limit: number): HapiError {
  return new HapiError('LIMIT_EXCEEDED', { limit, what: ENTITIES })
}

function toInput(value: FieldValue): InputValue {
  return typeof value === 'number' ? { kind: 'number', text: `${value}` } : value
}

/** Says in errors where in the body they are. */
async function inside<T>(step: string, work: () => Promise<T>): Promise<T> {
  try {
    return await work()
  } catch (error) {
    throw error instanceof HapiError ? error.below(step) : error
  }
}
