/**
 * `tsx tools/audit-triggers.ts [Unit …]`: the audit's functions and triggers, of all entity types or of some, for the
 * migration that brings them. A table that has its triggers needs its function alone.
 */

import { writeAuditTriggers } from '../src/derive/audit-ddl.ts'
import { createModel, model } from '../src/model/model.ts'

const names = process.argv.slice(2)
const types = model.entityTypes.filter(({ name }) => names.length === 0 || names.includes(name))
console.log(writeAuditTriggers(createModel(types, [], [])))
