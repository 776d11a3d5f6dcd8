/** What a writing request may do, decided before its body is read. */

import type { Principal } from '../../auth/principal.ts'
import type { ContentStores } from '../../contents/content-stores.ts'
import type { Command } from '../../domain/command/command.ts'
import { HapiError } from '../../errors/hapi-error.ts'
import type { EntityType } from '../../model/entity-type.ts'
import type { Model } from '../../model/model.ts'
import {
  collectionMethods,
  entityMethods,
  isOffered,
  isUpdatable,
  type Profile,
  type SetOperation,
} from '../../model/offered.ts'
import type { ParseLimits } from '../../odata/parse/limits.ts'
import { parseRequest } from '../../odata/parse/request-parser.ts'
import type { ODataRequest } from '../../odata/parse/syntax.ts'
import type { WebhookServices } from '../../webhooks/webhook-services.ts'
import type { ReadDependencies, RequestAddress } from './read-handler.ts'
import {
  findWriteTarget,
  type ReferenceTarget,
  setsOnTheWay,
  type WriteTarget,
} from './write-target.ts'

export interface WriteDependencies extends ReadDependencies {
  readonly model: Model
  readonly writeTimeoutMs: number
  /** Of the options in the body of `POST …/$query`. */
  readonly queryBytesMax: number
  /** Of the content of a document. */
  readonly documentBytesMax: number
  /** Of the contents of an account's documents, where it has no value of its own; null: as much as there is. */
  readonly accountDocumentsMibMax: number | null
  readonly contents: ContentStores
  readonly webhooks: WebhookServices
}

/** What a request may do, known before its body is read. */
export interface OpenedWrite {
  readonly principal: Principal
  readonly address: RequestAddress
  readonly target: Exclude<WriteTarget, { kind: 'readOnly' }>
  readonly operation: Command['operation']
}

/**
 * @throws {HapiError} in this order: FEED_READ_ONLY, an address that leads nowhere, MODULE_NOT_LICENSED,
 *   OPERATION_NOT_SUPPORTED with `Allow`, WRITE_NOT_PERMITTED, READ_NOT_PERMITTED for a set on the way
 */
export function openWrite(
  dependencies: WriteDependencies,
  principal: Principal,
  address: RequestAddress,
  method: string,
): OpenedWrite {
  if (principal.isFeed) throw new HapiError('FEED_READ_ONLY')
  const target = findWriteTarget(
    dependencies.model,
    parseAddress(address, dependencies.parseLimits),
    method,
  )
  const { type } = target
  requireModule(type, principal)
  const offered = offeredOperation(target, principal, method)
  if (target.kind === 'readOnly' || offered === undefined) {
    throw new HapiError(
      'OPERATION_NOT_SUPPORTED',
      { method, entity: nameOf(target) },
      { headers: { allow: allowedMethods(target, principal).join(', ') } },
    )
  }
  if (!principal.canWrite(type.set, offered.right))
    throw new HapiError(
      'WRITE_NOT_PERMITTED',
      { right: offered.right, set: type.set },
      { target: type.set },
    )
  requireWay(target, principal)
  return { principal, address, target, operation: offered.operation }
}

/** One that changes what its address leads to, and not each member of it. */
export type SingleWrite = OpenedWrite & {
  readonly target: Exclude<OpenedWrite['target'], { kind: 'each' }>
}

/** The options matter to what is addressed only where the path names an alias; what is wrong with them is told later. */
export function parseAddress({ path, query }: RequestAddress, limits: ParseLimits): ODataRequest {
  return parseRequest(path, /@|%40/.test(path) ? query : '', limits)
}

/** Where a path leads says something of the rows on the way. */
export function requireWay(target: WriteTarget, principal: Principal): void {
  for (const type of setsOnTheWay(target)) {
    requireModule(type, principal)
    if (!principal.canRead(type.set))
      throw new HapiError('READ_NOT_PERMITTED', { set: type.set }, { target: type.set })
  }
}

/** What it is that does not offer the method. */
function nameOf(target: WriteTarget): string {
  switch (target.kind) {
    case 'action':
      return target.operation.name
    case 'property':
      return `${target.type.set}/${target.property.name}`
    case 'stream':
      return `${target.type.set}/$value`
    case 'reference':
      return `${target.related.navigation.name}/$ref`
    case 'each':
      return `${target.type.set}/$each`
    case 'collection':
    case 'entity':
    case 'readOnly':
      return target.type.set
  }
}

/** whatever the method. */
export function requireModule({ module, set }: EntityType, { modules }: Principal): void {
  if (!modules.has(module)) throw new HapiError('MODULE_NOT_LICENSED', { module }, { target: set })
}

interface OfferedWrite {
  readonly operation: Command['operation']
  readonly right: Exclude<SetOperation, 'read'>
}

function offeredOperation(
  target: WriteTarget,
  { profile }: Principal,
  method: string,
): OfferedWrite | undefined {
  const offered = methodOperations[target.kind][method]
  if (offered === undefined || !isPossible(target, method, profile)) return undefined
  // An action is offered by the model itself; the right that it needs is that to change the row.
  if (target.kind === 'action' || isOffered(target.type, offered.right, profile)) return offered
  return undefined
}

/** What the model allows of the methods of a kind of address. */
function isPossible(target: WriteTarget, method: string, profile: Profile): boolean {
  switch (target.kind) {
    case 'property':
      return isUpdatable(target.property, profile)
    case 'reference':
      return referenceMethods[target.of].includes(method)
    case 'collection':
    case 'each':
    case 'entity':
    case 'action':
    case 'stream':
    case 'readOnly':
      return true
  }
}

/** Protocol 4.01 §11.4.6.1 to §11.4.6.4. */
const referenceMethods: Readonly<Record<ReferenceTarget['of'], readonly string[]>> = {
  one: ['PUT', 'DELETE'],
  collection: ['POST', 'PUT', 'DELETE'],
  member: ['DELETE'],
}

const methodOperations: Readonly<
  Record<WriteTarget['kind'], Readonly<Record<string, OfferedWrite>>>
> = {
  collection: { POST: { operation: 'create', right: 'create' } },
  each: {
    PATCH: { operation: 'update', right: 'update' },
    DELETE: { operation: 'delete', right: 'delete' },
  },
  entity: {
    PATCH: { operation: 'update', right: 'update' },
    PUT: { operation: 'replace', right: 'update' },
    DELETE: { operation: 'delete', right: 'delete' },
  },
  property: {
    PUT: { operation: 'update', right: 'update' },
    PATCH: { operation: 'update', right: 'update' },
    DELETE: { operation: 'update', right: 'update' },
  },
  stream: {
    PUT: { operation: 'update', right: 'update' },
    DELETE: { operation: 'delete', right: 'delete' },
  },
  reference: {
    POST: { operation: 'update', right: 'update' },
    PUT: { operation: 'update', right: 'update' },
    DELETE: { operation: 'update', right: 'update' },
  },
  action: { POST: { operation: 'action', right: 'update' } },
  readOnly: {},
}

/**
 * What users of this profile may send to the address. Rights that were taken away from one of them show
 * when it is sent.
 *
 * @throws {HapiError} MODULE_NOT_LICENSED
 */
export function offeredMethods(target: WriteTarget, principal: Principal): readonly string[] {
  requireModule(target.type, principal)
  return allowedMethods(target, principal)
}

/** The methods of an address, for `Allow`. */
function allowedMethods(target: WriteTarget, principal: Principal): readonly string[] {
  const { profile } = principal
  switch (target.kind) {
    case 'collection':
      return collectionMethods(target.type, profile)
    case 'entity':
      return entityMethods(target.type, profile)
    case 'action':
      return ['POST', 'OPTIONS']
    case 'each':
    case 'property':
    case 'stream':
    case 'reference': {
      const offered = ['POST', 'PUT', 'PATCH', 'DELETE'].filter(
        (method) => offeredOperation(target, principal, method) !== undefined,
      )
      // The members are read without it.
      return [...(target.kind === 'each' ? [] : ['GET', 'HEAD']), ...offered, 'OPTIONS']
    }
    case 'readOnly':
      return ['GET', 'HEAD', 'OPTIONS']
  }
}
