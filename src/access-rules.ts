/** What the model says of access: modules that every account has, and sets that administrators alone read. */

import type { AccessRules } from './auth/access-state.ts'
import { model } from './model/model.ts'
import { modules } from './model/modules.ts'

export const accessRules: AccessRules = {
  includedModules: modules.filter(({ optional }) => !optional).map(({ code }) => code),
  administratorSets: model.entityTypes
    .filter(({ readBy }) => readBy === 'administrator')
    .map(({ set }) => set),
}
