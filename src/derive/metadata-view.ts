/**
 * For whom the metadata is written, and how: the document says to each caller what it may do. What it may not
 * stays in it, marked (contract A5), so that a model that was made from it holds for all.
 */

import type { EntityType } from '../model/entity-type.ts'
import { isOffered, type Profile, type SetOperation } from '../model/offered.ts'
import type { ODataVersion } from './csdl.ts'
import type { Language } from './language.ts'

export interface MetadataReader {
  readonly profile: Profile
  readonly hasModule: (code: string) => boolean
  /** The right to the set, its module and the profile apart. */
  readonly hasRight: (set: string, operation: SetOperation) => boolean
}

export interface MetadataView {
  /** Of the answer in which it travels. */
  readonly version: ODataVersion
  /** In which texts stand without a qualifier: tools show those. The other language stands beside them. */
  readonly language: Language
  readonly reader: MetadataReader
  /** `$expand` inside `$expand`, as configured. */
  readonly expandLevels: number
}

/** Whether the caller may do this with rows of the set. */
export function mayDo(
  type: EntityType,
  operation: SetOperation,
  { profile, hasModule, hasRight }: MetadataReader,
): boolean {
  return (
    hasModule(type.module) && isOffered(type, operation, profile) && hasRight(type.set, operation)
  )
}

/** An integrator that has every module and from whom no right was taken. */
export const unrestrictedIntegrator: MetadataReader = {
  profile: 'integrator',
  hasModule: () => true,
  hasRight: () => true,
}
