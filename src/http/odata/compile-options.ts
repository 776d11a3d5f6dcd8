/** What the compiler needs to know of the caller and of the form that the answer takes. */

import type { Principal } from '../../auth/principal.ts'
import { isOffered } from '../../model/offered.ts'
import type { Paging } from '../../odata/plan/query-plan.ts'
import type { CompileOptions } from './compiled-request.ts'
import { addressPrefix, type Negotiated, saysControlInformation } from './negotiation.ts'

/** The parts of a negotiated form that rows depend on. */
export type RowForm = Pick<
  Negotiated,
  'version' | 'aware' | 'metadata' | 'ieee754Compatible' | 'streaming'
>

/** Rows as nobody reads them but the service itself. */
export const PLAIN_FORM: RowForm = {
  version: '4.0',
  aware: false,
  metadata: 'none',
  ieee754Compatible: false,
  streaming: false,
}

interface RowsWanted {
  readonly paging: Paging
  /** Path of the service root: `/api`. */
  readonly servicePath: string
  /** Properties that are null are left out. */
  readonly omitsNulls?: boolean
  readonly isDelta?: boolean
}

export function compileOptions(
  principal: Principal,
  form: RowForm,
  { paging, servicePath, omitsNulls = false, isDelta = false }: RowsWanted,
): CompileOptions {
  return {
    access: {
      hasModule: (code) => principal.modules.has(code),
      canRead: (set) => principal.canRead(set),
    },
    rightsDigest: principal.rightsDigest,
    paging,
    isDelta,
    control: controlOf(principal, form),
    ownFirst: form.streaming,
    format: {
      ieee754Compatible: form.ieee754Compatible,
      annotationPrefix: form.version === '4.0' ? '@odata.' : '@',
      addressPrefix: addressPrefix(form, servicePath),
      legacyPadding: principal.legacyPadding,
      omitsNulls,
    },
  }
}

function controlOf(principal: Principal, form: RowForm): CompileOptions['control'] {
  if (!saysControlInformation(form)) return { amount: 'none' }
  if (form.metadata !== 'full') return { amount: 'minimal' }
  return {
    amount: 'full',
    writesDigest: principal.writesDigest,
    isUpdatable: (type) =>
      isOffered(type, 'update', principal.profile) && principal.canWrite(type.set, 'update'),
  }
}
