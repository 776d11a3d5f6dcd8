/**
 * The role under which requests run, `hapi_app`: no login, no way around row-level security. A
 * connecting user that is a superuser or bypasses the policies steps down to it; any other user is
 * held by the policies itself and needs no role.
 */

import type { ClientBase } from 'pg'
import { StartupRefusal } from './startup-refusal.ts'

/** The name is part of the installation: operators see it in `\du`. */
export const APP_ROLE = 'hapi_app'

interface RoleState {
  /** The connecting user is not held by the policies. */
  readonly bypasses: boolean
  readonly can_create: boolean
  readonly role_exists: boolean
}

/**
 * Makes the role if it is missing and gives it its rights on every table, sequence and function of
 * the schema. Throws StartupRefusal when the user bypasses the policies and may not make the role.
 */
export async function prepareAppRole(client: ClientBase): Promise<void> {
  const state = await readRoleState(client)
  if (!state.bypasses) return
  if (!state.role_exists) {
    if (!state.can_create) throw cannotCreate()
    await createRole(client)
  }
  // One question first, so that a start with nothing to do costs one round trip.
  const { rows } = await client.query<{ missing: boolean }>(RIGHTS_ARE_MISSING)
  if (rows[0]?.missing === true) await client.query(GRANT_RIGHTS)
}

async function readRoleState(client: ClientBase): Promise<RoleState> {
  const { rows } = await client.query<RoleState>(
    `select rolsuper or rolbypassrls as bypasses,
            rolsuper or rolcreaterole as can_create,
            to_regrole('${APP_ROLE}') is not null as role_exists
       from pg_roles where rolname = session_user`,
  )
  const [state] = rows
  if (state === undefined) throw new Error('The connecting user has no role of its own')
  return state
}

/** Roles belong to the whole server: a migration of another database may make it at this moment. */
async function createRole(client: ClientBase): Promise<void> {
  await client.query(`do $$ begin
    create role ${APP_ROLE} nologin;
    -- From PostgreSQL 16 on, who makes a role may grant it but not become it.
    execute format('grant ${APP_ROLE} to %I', session_user);
  exception when duplicate_object or unique_violation then null;
  end $$`)
}

function cannotCreate(): StartupRefusal {
  return new StartupRefusal({
    fr: `L'utilisateur de DATABASE_URL contourne la sécurité par ligne et ne peut créer le rôle ${APP_ROLE}. Créez ce rôle (NOLOGIN) et accordez-le-lui, ou donnez un utilisateur sans BYPASSRLS.`,
    en: `The user of DATABASE_URL bypasses row-level security and may not create the role ${APP_ROLE}. Create that role (NOLOGIN) and grant it to the user, or give a user without BYPASSRLS.`,
  })
}

const RIGHTS_ARE_MISSING = `
  select not pg_has_role('${APP_ROLE}', 'member')
      or not has_schema_privilege('${APP_ROLE}', 'public', 'usage')
      or exists (
           select from pg_class
            where relnamespace = 'public'::regnamespace and relkind in ('r', 'p', 'v', 'm')
              and not has_table_privilege('${APP_ROLE}', oid, 'select'))
      or not coalesce(has_table_privilege('${APP_ROLE}', to_regclass('audit.pending'), 'insert'), true)
      as missing`

/**
 * Execution of functions is PostgreSQL's default for everyone; the grant is for servers where the
 * operator took that away. The ledger of migrations is nobody's but the migrations'.
 */
const GRANT_RIGHTS = `
  do $$ begin
    if not pg_has_role('${APP_ROLE}', 'member') then
      execute format('grant ${APP_ROLE} to %I', session_user);
    end if;
  end $$;
  grant usage on schema public to ${APP_ROLE};
  grant select, insert, update, delete on all tables in schema public to ${APP_ROLE};
  grant usage, select, update on all sequences in schema public to ${APP_ROLE};
  grant execute on all functions in schema public to ${APP_ROLE};
  revoke insert, update, delete on schema_migrations from ${APP_ROLE};
  -- Whoever changes a row adds to the audit, and can neither read nor change it.
  do $$ begin
    if to_regclass('audit.pending') is not null then
      grant usage on schema audit to ${APP_ROLE};
      grant insert on audit.pending to ${APP_ROLE};
    end if;
  end $$`
