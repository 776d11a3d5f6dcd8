/** What a writing request may do, decided before its body is read. */

import type { Principal } from '../../auth/principal.ts'
import type { Command } from '../../domain/command/command.ts'
import { HapiError } from '../../errors/hapi-error.ts'
import type { EntityType } from '../../model/entity-type.ts'
import type { Model } from '../../model/model.ts'
import {
  collectionMethods,
  entityMethods,
  isOffered,
  type SetOperation,
} from '../../model/offered.ts'
import { parseRequest } from '../../odata/parse/request-parser.ts'
import type { WebhookServices } from '../../webhooks/webhook-services.ts'
import type { ReadDependencies, RequestAddress } from './read-handler.ts'
import { findWriteTarget, type WriteTarget } from './write-target.ts'

export interface WriteDependencies extends ReadDependencies {
  readonly model: Model
  readonly writeTimeoutMs: number
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
 * @throws {HapiError} in this order: an address that leads nowhere, MODULE_NOT_LICENSED,
 *   OPERATION_NOT_SUPPORTED with `Allow`, WRITE_NOT_PERMITTED
 */
export function openWrite(
  dependencies: WriteDependencies,
  principal: Principal,
  address: RequestAddress,
  method: string,
): OpenedWrite {
  const parsed = parseRequest(address.path, '', dependencies.parseLimits)
  const target = findWriteTarget(dependencies.model, parsed, method)
  const { type } = target
  requireModule(type, principal)
  const offered = offeredOperation(target, principal, method)
  if (target.kind === 'readOnly' || offered === undefined) {
    throw new HapiError(
      'OPERATION_NOT_SUPPORTED',
      { method, entity: target.kind === 'action' ? target.operation.name : type.set },
      { headers: { allow: allowedMethods(target, principal).join(', ') } },
    )
  }
  if (!principal.canWrite(type.set, offered.right))
    throw new HapiError(
      'WRITE_NOT_PERMITTED',
      { right: offered.right, set: type.set },
      { target: type.set },
    )
  return { principal, address, target, operation: offered.operation }
}

/** whatever the method. */
function requireModule({ module, set }: EntityType, { modules }: Principal): void {
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
  if (offered === undefined) return undefined
  // An action is offered by the model itself; the right that it needs is that to change the row.
  if (target.kind === 'action' || isOffered(target.type, offered.right, profile)) return offered
  return undefined
}

const methodOperations: Readonly<
  Record<WriteTarget['kind'], Readonly<Record<string, OfferedWrite>>>
> = {
  collection: { POST: { operation: 'create', right: 'create' } },
  entity: {
    PATCH: { operation: 'update', right: 'update' },
    PUT: { operation: 'replace', right: 'update' },
    DELETE: { operation: 'delete', right: 'delete' },
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
function allowedMethods(target: WriteTarget, { profile }: Principal): readonly string[] {
  switch (target.kind) {
    case 'collection':
      return collectionMethods(target.type, profile)
    case 'entity':
      return entityMethods(target.type, profile)
    case 'action':
      return ['POST', 'OPTIONS']
    case 'readOnly':
      return ['GET', 'HEAD', 'OPTIONS']
  }
}
