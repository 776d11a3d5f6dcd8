/**
 * What every way in builds and the pipeline runs: who wants what done to which entity (architecture: API,
 * batch, import, billing run and daily job alike).
 */

import type { Principal } from '../../auth/principal.ts'
import type { Acting } from '../../db/acting.ts'
import type { EntityType } from '../../model/entity-type.ts'
import type { InputObject } from './input.ts'
import type { Row } from './row.ts'

/** Who acts, and inside which account. */
export interface Actor {
  readonly accountId: number
  readonly profile: 'integrator' | 'administrator'
  /** Who signed in; absent for what the service does by itself, which sees no user's own rows. */
  readonly user?: Principal
  /** What the audit says of who acts, and how; absent: what the process has said of itself. */
  readonly acting?: Acting
}

interface CommandFacts {
  readonly type: EntityType
  /** Decimals as texts (`IEEE754Compatible=true`) are welcome. */
  readonly decimalsAsText?: boolean
  /** Whether the row still is what the caller saw; given its ModifiedDate. Absent: whatever it is. */
  readonly isUnchanged?: (modifiedDate: string) => boolean
  /** What the way in has found out by itself and no body may say: length and digest of a stream. */
  readonly found?: Row
}

export type Command =
  | (CommandFacts & {
      readonly operation: 'create'
      readonly input: InputObject
      /** Identifiers that the address says: `POST /api/Tenants(9101)/CoTenants` sets TenantId. */
      readonly implied?: Row
    })
  | (CommandFacts & {
      /** `replace` is PUT: what is not sent gets its default. */
      readonly operation: 'update' | 'replace'
      readonly id: number
      readonly input: InputObject
    })
  | (CommandFacts & {
      /** Creates the row, or changes the one that has its key already: the way of an import. */
      readonly operation: 'keep'
      readonly input: InputObject
      /** What is null says nothing of a row that is there: a cell may be empty since nobody knew. */
      readonly nullIsUnsaid?: boolean
      /** Whether another row of the same source is about the stored row with this Id. */
      readonly isMet?: (id: number) => boolean
    })
  | (CommandFacts & { readonly operation: 'delete'; readonly id: number })
  | (CommandFacts & {
      readonly operation: 'action'
      readonly id: number
      /** `Leases/Cancel`. */
      readonly action: string
      readonly input: InputObject
    })
