/** The SQL of each workload, written by hand. */

import {
  availableUnits,
  buildingNames,
  buildings,
  coTenants,
  expandedBuildings,
  guideBuildings,
  guideUnits,
  selectList,
  tenants,
  units,
} from './columns.ts'
import type { Statement } from './connection.ts'
import { forRent } from './for-rent.ts'

const tenantRows = `select ${selectList(tenants, 't')} from tenants t where t.account_id = 1`

export const statements = {
  W1: {
    name: 'w1',
    text: `select ${selectList(buildingNames, 'b')} from buildings b where b.account_id = 1 order by b.id`,
  },
  W2: {
    name: 'w2',
    text: `select ${selectList(units, 'u')} from units u
            where u.account_id = 1 and u.company_no = $1::integer and u.division_no = $2::integer
              and u.building_code = $3 order by u.id`,
  },
  W3: {
    name: 'w3',
    text: `select ${selectList(buildings, 'b')} from buildings b where b.account_id = 1
            order by b.company_no, b.division_no, b.name, b.id`,
  },
  W4: { name: 'w4', text: `${tenantRows} order by t.id limit 10` },
  W5: {
    name: 'w5',
    text: `select b.id, ${selectList(expandedBuildings, 'b')} from buildings b where b.account_id = 1 order by b.id`,
  },
  W5Units: {
    name: 'w5u',
    text: `select u.building_id, ${selectList(units, 'u')} from units u where u.account_id = 1 order by u.building_id, u.id`,
  },
  W6: {
    name: 'w6',
    text: `select b.id, ${selectList(guideBuildings, 'b')} from buildings b
            where b.account_id = 1 and b.company_no = $1::integer and b.division_no = $2::integer
            order by b.building_code, b.id`,
  },
  W6Units: {
    name: 'w6u',
    text: `select b.id, u.* from buildings b
            cross join lateral (
              select ${selectList(guideUnits, 'u')} from units u
               where u.account_id = 1 and u.building_id = b.id order by u.id) u
            where b.account_id = 1 and b.company_no = $1::integer and b.division_no = $2::integer
            order by b.building_code, b.id`,
  },
  W7: { name: 'w7', text: `${tenantRows} and t.id = $1::integer` },
  // The row and its entry in the log, in one statement; the legacy key of the tenant is copied.
  W8: {
    name: 'w8',
    text: `with created as (
             insert into ceiling.co_tenants as c (account_id, company_no, division_no, tenant_type, tenant_no,
               tenant_id, last_name, first_name, phone, email, start_date)
             select 1, t.company_no, t.division_no, t.tenant_type, t.tenant_no, t.id, $2, $3, $4, $5, $6::date
               from tenants t where t.account_id = 1 and t.id = $1::integer
             returning ${selectList(coTenants, 'c')}
           ), logged as (
             insert into ceiling.change_log (account_id, entity, id, status) select 1, 'CoTenant', id, 3 from created)
           select ${selectList(coTenants, 'c')} from created c`,
  },
  W9: { name: 'w9', text: forRent(selectList(availableUnits, 'f')) },
  // The keys first: what is passed over is read from the index alone.
  W10: {
    name: 'w10',
    text: `${tenantRows} and t.id = any(array(
             select s.id from tenants s where s.account_id = 1 order by s.id limit 100 offset $1::integer))
            order by t.id`,
  },
  W10k: { name: 'w10k', text: `${tenantRows} and t.id > $1::integer order by t.id limit 100` },
  W10n: { name: 'w10n', text: 'select count(*) from tenants t where t.account_id = 1' },
  W11: { name: '', text: `${tenantRows} and t.last_name like $1 order by t.id limit 100` },
  W11n: {
    name: '',
    text: 'select count(*) from tenants t where t.account_id = 1 and t.last_name like $1',
  },
  STREAM: { name: 'stream', text: `${tenantRows} order by t.id` },
} as const satisfies Readonly<Record<string, Statement>>
