import { describe, expect, test } from 'vitest'
import { model } from '../../model/model.ts'
import { readCondition } from './condition.ts'

const lease = model.getType('Lease')

describe('A condition over rows of one type', () => {
  test('tells the values that it asks for, and the row that it leaves out', () => {
    expect(
      readCondition(lease, 'id <> $2 and company_no = $3 and division_no = $4 and lease_no = $5'),
    ).toEqual({
      equal: [
        ['CompanyNo', 1],
        ['DivisionNo', 2],
        ['LeaseNo', 3],
      ],
      fixed: [],
      except: 0,
      isPartial: false,
      isNested: false,
    })
  })

  test('asks for a flag that is set, a text, and a property without a value', () => {
    expect(
      readCondition(
        lease,
        "tenant_id = $2 and cancelled_date is null and status = 'P' and is_renewable",
      ),
    ).toEqual({
      equal: [['TenantId', 0]],
      fixed: [
        ['CancelledDate', null],
        ['Status', 'P'],
        ['IsRenewable', true],
      ],
      except: undefined,
      isPartial: false,
      isNested: false,
    })
  })

  test('asks for all rows', () => {
    expect(readCondition(lease, 'tenant_id = $2 and true')).toMatchObject({
      equal: [['TenantId', 0]],
      isPartial: false,
    })
  })

  test('is partial when anything else is asked besides', () => {
    expect(
      readCondition(lease, "unit_id = $2 and start_date <= coalesce($3::date, 'infinity')"),
    ).toMatchObject({ equal: [['UnitId', 0]], isPartial: true, isNested: false })
    expect(readCondition(lease, 'unit_id = $2 and (a = 1 and b = 2)')).toMatchObject({
      equal: [['UnitId', 0]],
      fixed: [],
      isPartial: true,
    })
    expect(readCondition(lease, 'unit_id = $2 and status <> $3')).toMatchObject({ isPartial: true })
    expect(readCondition(lease, 'unit_id = $2 and id = any($3)')).toMatchObject({ isPartial: true })
  })

  test('says nothing of its rows when it has an alternative', () => {
    expect(readCondition(lease, 'unit_id = $2 or tenant_id = $3')).toMatchObject({
      equal: [],
      fixed: [],
      isPartial: true,
    })
  })

  test('tells that it looks at other rows', () => {
    expect(
      readCondition(lease, 'unit_id = $2 and end_date = (select max(o.end_date) from leases o)'),
    ).toMatchObject({ equal: [['UnitId', 0]], isPartial: true, isNested: true })
  })
})
