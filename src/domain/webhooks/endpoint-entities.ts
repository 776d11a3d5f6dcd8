/** W-02: which entities an endpoint follows, among those that its user may read. */

import { HapiError } from '../../errors/hapi-error.ts'
import { model } from '../../model/model.ts'
import { readEntityNames, requireReadable } from '../../webhooks/entity-names.ts'
import { ENDPOINT_ENTITY } from '../../webhooks/event-access.ts'
import type { Change } from '../command/change.ts'
import type { Rule } from '../command/rule.ts'
import type { WriteContext } from '../command/write-context.ts'
import { actingUser, entitiesOf, ownerOf } from './endpoint-owner.ts'

export const endpointEntities: Rule = {
  number: 'W-02',
  on: ['create', 'update'],
  errors: ['REQUIRED_FIELD', 'ENTITY_NOT_SUBSCRIBABLE', 'LIMIT_EXCEEDED', 'FIELD_IMMUTABLE'],
  prepare: (change, context) => {
    if (!change.changes('Entities')) return
    try {
      const names = readEntities(entitiesOf(change.after), change, context)
      change.set('Entities', JSON.stringify(names))
    } catch (error) {
      if (!(error instanceof HapiError)) throw error
      for (const { code, values, target } of error.details.length === 0 ? [error] : error.details)
        change.refuse(code, values, target === undefined ? {} : { target })
    }
  },
  check: (change) => {
    // One destination per user and entity is what the guide's calls promise; they alone move entities between theirs.
    if (change.before?.['Origin'] === 'SUBSCRIBE' && change.changes('Entities'))
      change.refuse('FIELD_IMMUTABLE', { field: 'Entities' }, { target: 'Entities' })
  },
}

function readEntities(
  given: readonly string[],
  change: Change,
  context: WriteContext,
): readonly string[] {
  if (given.length === 0)
    throw new HapiError('REQUIRED_FIELD', { field: 'Entities' }, { target: 'Entities' })
  const owner = ownerOf(change.before, context)
  const isAdministrator =
    owner.profile === 'administrator' && actingUser(context).profile === 'administrator'
  // How endpoints fare is an administrator's affair: to others the name is like any that cannot be followed.
  const others = isAdministrator ? given.filter((name) => !isEndpoint(name)) : given
  const types = readEntityNames(model, others, 'Entities')
  requireReadable(types, owner, 'Entities')
  const names = types.map(({ name }) => name)
  return (others.length < given.length ? [...names, ENDPOINT_ENTITY] : names).sort()
}

function isEndpoint(name: string): boolean {
  return name.trim().toLowerCase() === ENDPOINT_ENTITY.toLowerCase()
}
