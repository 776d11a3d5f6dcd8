/**
 * The SQL by which every table of the model writes the audit: what of `0019_audit.sql` follows from the model.
 *
 * One function per table compares its columns one by one, where they lie, instead of making the row into JSON whole and
 * taking it apart again. It says only what has changed, from what to what, and of what may
 * be about a person only that it has changed. A test holds the database's functions and triggers equal to
 * these.
 */

import type { EntityType, Property } from '../model/entity-type.ts'
import type { Model } from '../model/model.ts'
import { columnName, hasTable, tableName } from '../model/naming.ts'
import { personalClassOf } from '../model/personal-information.ts'

/** Functions first, which the triggers name. */
export function writeAuditTriggers(model: Model): string {
  const types = model.entityTypes.filter(hasTable)
  return [...types.map(writeFunction), ...types.map(writeTriggers)].join('\n\n')
}

/** PostgreSQL passes so many arguments to a function; two of `concat_ws` are no columns. */
const COLUMNS_MAX = 98

function writeFunction(type: EntityType): string {
  const columns = type.properties.flatMap(partOf)
  if (columns.length > COLUMNS_MAX) throw new Error(`${type.name} has too many properties to audit`)
  return `create or replace function audit.log_${tableName(type)}() returns trigger language plpgsql as $$
declare
  changes text := concat_ws(',',
    ${["audit.moved('AccountId', old.account_id, new.account_id)", ...columns].join(',\n    ')});
begin
  if changes <> '' then
    insert into audit.pending (account_id, actor, kind, entity, entity_id, changes)
    values (coalesce(new.account_id, old.account_id), audit.actor(), tg_op, '${type.name}', coalesce(new.id, old.id), '{' || changes || '}');
  end if;
  return null;
end
$$;`
}

/** `ModifiedDate` follows every change. `CreatedDate` is the entry's own instant, unless somebody moves it. */
function partOf(property: Property): readonly string[] {
  const { name } = property
  if (name === 'ModifiedDate' && property.system === true) return []
  const column = columnName(property)
  return [`audit.${functionOf(property)}('${name}', old.${column}, new.${column})`]
}

/** What cannot be taken back must not say what may be about a person: texts that people write freely may be too. */
function functionOf(property: Property): 'moved' | 'masked' | 'change' {
  if (property.system === true) return 'moved'
  return personalClassOf(property) === undefined ? 'change' : 'masked'
}

/** A load that switches the log off leaves one entry for each entity type instead. */
function writeTriggers(type: EntityType): string {
  const table = tableName(type)
  const log = "current_setting('hapi.change_log', true)"
  return [
    `create trigger log_audit after insert or update or delete on ${table} for each row`,
    `  when (${log} is distinct from 'off') execute function audit.log_${table}();`,
    `create trigger log_audit_load after insert or update or delete on ${table} for each statement`,
    `  when (${log} = 'off') execute function audit.log_load('${type.name}');`,
    `create trigger log_audit_truncate before truncate on ${table} for each statement`,
    `  execute function audit.log_load('${type.name}');`,
  ].join('\n')
}
