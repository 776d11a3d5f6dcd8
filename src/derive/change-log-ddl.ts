/**
 * The SQL by which every table of the model writes the change log, and by which an entity type's greatest Id is
 * known: what of `0005_change_log.sql` follows from the model. The tables, the netting of changes and the
 * allocation of Ids stand in that migration alone.
 *
 * A test holds the database's triggers and functions equal to these, so an entity or a relational identifier
 * that is added to the model needs a migration that adds it here too.
 */

import type { EntityType } from '../model/entity-type.ts'
import type { Model } from '../model/model.ts'
import { columnName, hasTable, snakeCase, tableName } from '../model/naming.ts'

/** Functions first, which the triggers name. */
export function writeChangeLogTriggers(model: Model): string {
  const types = model.entityTypes.filter(hasTable)
  return [
    writeTriggerFunction(plainFunction, () => 'null'),
    ...types.flatMap((type) => writeRelationalFunction(type)),
    ...types.map(writeTriggers),
    writeGreatestId(types),
  ].join('\n\n')
}

const plainFunction = 'log_row_change'

/** a relational type's function says the identifiers of both sides. */
function writeRelationalFunction(type: EntityType): readonly string[] {
  const members = type.webhook.additionalInformation
  if (members === null) return []
  return [writeTriggerFunction(functionOf(type), (row) => informationOf(type, members, row))]
}

/** `'{"tenantId": ' || new.tenant_id || ', "parkingId": ' || new.parking_id || '}'` */
function informationOf(
  type: EntityType,
  members: Readonly<Record<string, string>>,
  row: string,
): string {
  const parts = Object.entries(members).map(
    ([key, name], index) =>
      `'${index === 0 ? '{' : ', '}"${key}": ' || ${row}.${identifierColumn(type, name)}`,
  )
  return [...parts, "'}'"].join(' || ')
}

/** Throws for what the text above cannot hold: a null, or a value that JSON writes otherwise than PostgreSQL. */
function identifierColumn(type: EntityType, name: string): string {
  const property = type.properties.find((candidate) => candidate.name === name)
  if (property?.type !== 'Edm.Int32' || property.nullable) {
    throw new Error(`${type.name}.${name} is no identifier that every row has`)
  }
  return columnName(property)
}

/** The entity type's name is the trigger's argument. A changed key is the end of one row and the start of another. */
function writeTriggerFunction(name: string, information: (row: string) => string): string {
  const log = (row: string, status: number) =>
    `perform log_change(${row}.account_id, tg_argv[0], ${row}.id, ${status}, ${information(row)});`
  return `create function ${name}() returns trigger language plpgsql as $$
begin
  if tg_op = 'UPDATE' and (new.account_id, new.id) = (old.account_id, old.id) then
    ${log('new', 1)}
    return null;
  end if;
  if tg_op <> 'INSERT' then
    perform retire_id(old.account_id, tg_argv[0], old.id);
    ${log('old', 2)}
  end if;
  if tg_op <> 'DELETE' then
    ${log('new', 3)}
  end if;
  return null;
end
$$;`
}

/**
 * The conditions are tested before the functions are called. R-017 makes `modified_date` change with every
 * visible change and never otherwise, which is what R-013 asks for. A deletion always counts: its Id is retired.
 */
function writeTriggers(type: EntityType): string {
  const table = tableName(type)
  const call = `execute function ${functionOf(type)}('${type.name}');`
  const isOn = "current_setting('hapi.change_log', true) is distinct from 'off'"
  return [
    `create trigger log_insert after insert on ${table} for each row`,
    `  when (${isOn}) ${call}`,
    `create trigger log_update after update on ${table} for each row`,
    `  when (old.modified_date <> new.modified_date and ${isOn}) ${call}`,
    `create trigger log_delete after delete on ${table} for each row`,
    `  ${call}`,
  ].join('\n')
}

function functionOf(type: EntityType): string {
  return type.webhook.additionalInformation === null
    ? plainFunction
    : `log_${snakeCase(type.name)}_change`
}

/** A statement for each table, planned when its type is first asked for; each reads one entry of the primary key. */
function writeGreatestId(types: readonly EntityType[]): string {
  const branches = types.map(
    (type) =>
      `  when '${type.name}' then\n    return (select max(t.id) from ${tableName(type)} t where t.account_id = $1);`,
  )
  return `-- The greatest Id of an account's rows of one entity type; null when there is none.
create function greatest_id(account_id integer, entity varchar)
returns integer language plpgsql volatile as $$
begin
  case $2
${branches.join('\n')}
  else
    raise exception 'There is no entity type "%"', $2 using errcode = 'invalid_parameter_value';
  end case;
end
$$;`
}
