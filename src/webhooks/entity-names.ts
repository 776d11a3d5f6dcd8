/** The entities that can be followed, and how their names are read. */

import type { Principal } from '../auth/principal.ts'
import { getSubscribable } from '../changes/subscribable.ts'
import { HapiError } from '../errors/hapi-error.ts'
import type { Phrase } from '../errors/phrase.ts'
import { tell, throwAll } from '../errors/problems.ts'
import type { EntityType } from '../model/entity-type.ts'
import type { Model } from '../model/model.ts'
import { subscribableTypes } from '../model/subscribable.ts'

/** Several times all there are: more is no list of names. */
const ENTITY_NAMES_MAX = 100

const namesWord: Phrase = { fr: 'noms', en: 'names' }

/**
 * The entities that these names mean, sorted and each once: singular names, without regard to letter case and blanks
 * around them. `target` names the list, unless it is the body itself. Throws HapiError, with everything that is wrong in its details: INVALID_FORMAT,
 * LIMIT_EXCEEDED, ENTITY_NOT_SUBSCRIBABLE.
 */
export function readEntityNames(
  model: Model,
  input: unknown,
  target?: string,
): readonly EntityType[] {
  const list = target ?? ''
  const about = target === undefined ? {} : { target }
  if (!Array.isArray(input)) throw new HapiError('INVALID_FORMAT', { field: list }, about)
  if (input.length > ENTITY_NAMES_MAX)
    throw new HapiError('LIMIT_EXCEEDED', { limit: ENTITY_NAMES_MAX, what: namesWord }, about)
  const found = new Set<EntityType>()
  const problems: HapiError[] = []
  for (const [index, name] of input.entries())
    tell(problems, () => found.add(readName(model, name, `${list}[${index}]`)))
  throwAll(problems)
  return subscribableTypes(model.entityTypes).filter((type) => found.has(type))
}

function readName(model: Model, name: unknown, target: string): EntityType {
  if (typeof name === 'string') return getSubscribable(model.entityTypes, name, target)
  throw new HapiError('INVALID_FORMAT', { field: target }, { target })
}

/**
 * Refuses entities of which the user may hear nothing. Throws HapiError, with all of them in its details:
 * MODULE_NOT_LICENSED, READ_NOT_PERMITTED.
 */
export function requireReadable(
  types: readonly EntityType[],
  principal: Principal,
  target: string,
): void {
  throwAll(
    types.flatMap(({ module, set }): readonly HapiError[] => {
      if (!principal.modules.has(module))
        return [new HapiError('MODULE_NOT_LICENSED', { module }, { target })]
      return principal.canRead(set)
        ? []
        : [new HapiError('READ_NOT_PERMITTED', { set }, { target })]
    }),
  )
}
