/**
 * Every entity set × every method × everybody who may ask, against the matrix of the domain
 * specification, transcribed here: the model says the same, and so does the server.
 */

import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest'
import { withholdModule } from '../../src/auth/licences.ts'
import { revokeRight, rightOperations } from '../../src/auth/rights.ts'
import type { EntityType, Operation } from '../../src/model/entity-type.ts'
import { domainTypes, model } from '../../src/model/model.ts'
import { modules } from '../../src/model/modules.ts'
import { tableName } from '../../src/model/naming.ts'
import { isOffered, type Profile } from '../../src/model/offered.ts'
import { makeIntegrator } from '../auth/support.ts'
import { type Answer, startTestApp, type TestApp } from '../support/test-app.ts'
import { detailsOf, messageOf, refusalOf } from '../support/writing.ts'
import { storeEndpoint } from '../webhooks/stored-webhooks.ts'

/** The matrix of the specification (domain §5): what an integrator may Create, Update and Delete. */
const specified: Readonly<Record<string, string>> = {
  LedgerDivisions: '',
  Companies: '',
  Buildings: '',
  Units: 'U',
  Characteristics: '',
  BuildingCharacteristics: 'CUD',
  UnitCharacteristics: 'CUD',
  UnavailableUnits: 'CUD',
  Owners: '',
  BuildingOwners: '',
  Employees: '',
  LookupCodes: '',
  TaxRates: '',
  Tenants: 'CU',
  CoTenants: 'CUD',
  TenantContacts: 'CUD',
  Leases: 'CU',
  LeasePriceChanges: 'CUD',
  LeaseRenewals: 'CU',
  Services: '',
  TenantServices: 'CUD',
  Parkings: '',
  TenantParkings: 'CUD',
  Storages: '',
  TenantStorages: 'CUD',
  Inspections: 'CU',
  AccessKeys: 'CU',
  MeterReadings: 'C',
  Prospects: 'CU',
  Visits: 'CU',
  RentalApplications: 'CU',
  ReceivableTransactions: 'C',
  ReceivableAllocations: '',
  Payments: 'C',
  PreauthorizedDebits: 'CU',
  BankAccounts: '',
  BillingRuns: 'C',
  LateNotices: '',
  Rl31Slips: '',
  ServiceCallCategories: '',
  ServiceCalls: 'CU',
  ServiceCallDetails: 'CUD',
  Suppliers: 'CU',
  Invoices: 'C',
  InvoiceLines: '',
  GlAccounts: '',
  GlEntries: '',
  FiscalPeriods: '',
  Budgets: '',
  FinancialStatements: '',
  Documents: 'CUD',
  Messages: 'CU',
  Notes: 'CUD',
}

/** Master data that the account's administrator keeps besides. */
const administratorToo: Readonly<Record<string, string>> = {
  LedgerDivisions: 'CU',
  Companies: 'CU',
  Buildings: 'CU',
  Units: 'C',
  Characteristics: 'CU',
  Owners: 'CU',
  BuildingOwners: 'CU',
  Employees: 'CU',
  LookupCodes: 'CU',
  TaxRates: 'CU',
  Services: 'CU',
  Parkings: 'CU',
  Storages: 'CU',
  BankAccounts: 'U',
  ServiceCallCategories: 'CU',
  GlAccounts: 'CU',
  Budgets: 'CU',
}

/** The one known difference from the matrix: sets whose rules are not part of the product yet. */
const withoutWriteRules: ReadonlySet<string> = new Set([
  'ReceivableTransactions',
  'Payments',
  'BillingRuns',
  'Invoices',
])

type Write = 'create' | 'update' | 'delete'

const letters: Readonly<Record<Write, string>> = { create: 'C', update: 'U', delete: 'D' }

function offers(set: string, write: Write, profile: Profile): boolean {
  if (withoutWriteRules.has(set)) return false
  const offered = `${specified[set]}${profile === 'administrator' ? (administratorToo[set] ?? '') : ''}`
  return offered.includes(letters[write])
}

/** `Allow` of the set's own address. */
function allowOfSet(set: string, profile: Profile): string {
  return `GET, HEAD, ${offers(set, 'create', profile) ? 'POST, ' : ''}OPTIONS`
}

/** `Allow` of one entity's address. */
function allowOfEntity(set: string, profile: Profile): string {
  const change = offers(set, 'update', profile) ? 'PATCH, PUT, ' : ''
  return `GET, HEAD, ${change}${offers(set, 'delete', profile) ? 'DELETE, ' : ''}OPTIONS`
}

const READ_ONLY = 'GET, HEAD, OPTIONS'
const MISSING_ID = 2_000_000_000

let app: TestApp
/** A row of each set, when the demo has one. */
const rowIds = new Map<string, number>()
/** Tokens of users who lack every right, or every module. */
let withoutRights: string
let withoutModules: string

beforeAll(async () => {
  app = await startTestApp()
  for (const type of domainTypes) {
    const [id] = await app.column<number>(
      `select min(id) from ${tableName(type)} where account_id = 1`,
    )
    if (typeof id === 'number') rowIds.set(type.set, id)
  }
  // To act on: the first of their sets.
  const endpointId = await storeEndpoint(app, 'integrator')
  await app.sql("select webhooks.queue_test(1, $1, 'Unit')", [endpointId])
  withoutRights = await signIn('Sans droits', async ({ databaseName, userName }) => {
    for (const { set } of model.entityTypes)
      for (const operation of rightOperations)
        await revokeRight(app.db.database, { databaseName, userName }, { set, operation })
  })
  withoutModules = await signIn('Sans modules', async ({ databaseName, integrator }) => {
    for (const { code } of modules)
      await withholdModule(app.db.database, { databaseName, integrator }, code)
  })
})

afterAll(() => app.close())

/** A new integrator's token, from when the application knows what it may not. */
async function signIn(
  integrator: string,
  restrict: (parts: Awaited<ReturnType<typeof makeIntegrator>>) => Promise<void>,
): Promise<string> {
  const { databaseName } = app.clients.integrator
  const userName = integrator.replace(' ', '-').toLowerCase()
  const parts = await makeIntegrator(app.db.database, { databaseName, integrator, userName })
  await restrict(parts)
  const { apiKey, password } = parts
  const credentials = JSON.stringify({ UserName: userName, Password: password })
  return vi.waitFor(async () => {
    const answer = await app.ask('/api/Token', {
      as: null,
      method: 'POST',
      headers: { 'x-api-key': apiKey, 'content-type': 'application/json' },
      body: credentials,
    })
    expect(answer.status).toBe(200)
    const { Token: token } = answer.json as { Token: string }
    // What was taken away last.
    expect((await send('DELETE', `/api/Notes(${MISSING_ID})`, token)).status).toBe(403)
    return token
  })
}

/** One request with a JSON body where the method takes one. */
function send(method: string, path: string, token: string | null, body = '{}'): Promise<Answer> {
  const hasBody = ['POST', 'PATCH', 'PUT'].includes(method)
  return app.ask(path, {
    as: null,
    method,
    headers: {
      ...(token === null ? {} : { authorization: `Bearer ${token}` }),
      ...(hasBody ? { 'content-type': 'application/json' } : {}),
    },
    ...(hasBody ? { body } : {}),
  })
}

function sendAs(profile: Profile, method: string, path: string, body?: string): Promise<Answer> {
  return send(method, path, app.clients[profile].token, body)
}

async function expectAllow(
  profile: Profile,
  method: string,
  path: string,
  allow: string,
): Promise<void> {
  const answer = await sendAs(profile, method, path)
  expect([method, path, ...refusalOf(answer), answer.headers.allow]).toEqual([
    method,
    path,
    405,
    'OPERATION_NOT_SUPPORTED',
    allow,
  ])
}

async function expectOptions(profile: Profile, path: string, allow: string): Promise<void> {
  const answer = await sendAs(profile, 'OPTIONS', path)
  expect([path, answer.status, answer.headers.allow, answer.text]).toEqual([path, 204, allow, ''])
}

/** HEAD says what GET says, without the body (Protocol: RFC 9110 §9.3.2). */
async function expectHead(profile: Profile, path: string, got: Answer): Promise<void> {
  const head = await sendAs(profile, 'HEAD', path)
  expect([path, head.status, head.text]).toEqual([path, got.status, ''])
  for (const name of ['content-type', 'odata-version', 'etag', 'vary', 'cache-control'])
    expect([path, name, head.headers[name]]).toEqual([path, name, got.headers[name]])
}

function idOf(set: string): number {
  return rowIds.get(set) ?? MISSING_ID
}

/** Keys of types, by set: sets of the model in the order of the specification. */
const sets = Object.keys(specified)
const profiles = ['integrator', 'administrator'] as const

function typeOf(set: string): EntityType {
  const type = model.findBySet(set)
  if (type === undefined) throw new Error(`The model has no set ${set}`)
  return type
}

describe('R-010 the model is the matrix of the specification', () => {
  test('it has these sets and no others, in this order', () => {
    expect(domainTypes.map(({ set }) => set)).toEqual(sets)
  })

  test.each(profiles)('what it offers to an %s', (profile) => {
    const said = (offered: (set: string, write: Write) => boolean): readonly string[] =>
      sets.map((set) => {
        const writes = (['create', 'update', 'delete'] as const).filter((w) => offered(set, w))
        return `${set}: ${writes.join(', ')}`
      })
    expect(said((set, write) => isOffered(typeOf(set), write, profile))).toEqual(
      said((set, write) => offers(set, write, profile)),
    )
    for (const type of model.entityTypes)
      expect([type.set, isOffered(type, 'read', profile)]).toEqual([
        type.set,
        type.readBy === undefined || type.readBy === profile,
      ])
  })
})

describe.each(profiles)('R-010 an %s is offered exactly the matrix', (profile) => {
  // The integrator of contract A5 lacks this module: the last describe is about such.
  const own = sets.filter((set) => profile === 'administrator' || set !== 'FinancialStatements')

  test.each(own)('%s: lists and entities are read', async (set) => {
    const list = `/api/${set}?$top=2`
    const answer = await sendAs(profile, 'GET', list)
    expect([list, answer.status]).toEqual([list, 200])
    await expectHead(profile, list, answer)
    const one = `/api/${set}(${idOf(set)})`
    const entity = await sendAs(profile, 'GET', one)
    expect([one, entity.status]).toEqual([one, rowIds.has(set) ? 200 : 404])
    await expectHead(profile, one, entity)
  })

  test.each(own)('%s: POST', async (set) => {
    const path = `/api/${set}`
    await expectOptions(profile, path, allowOfSet(set, profile))
    if (!offers(set, 'create', profile))
      return expectAllow(profile, 'POST', path, allowOfSet(set, profile))
    const answer = await sendAs(profile, 'POST', `${path}?dryRun=true`)
    if (answer.status === 201) return
    // Nothing was sent, so what is wrong is that required fields are missing, every one of them.
    expect([path, ...refusalOf(answer).slice(0, 2)]).toEqual([path, 400, 'REQUIRED_FIELD'])
    const codes = detailsOf(answer).map(([code]) => code)
    expect([path, new Set(codes)]).toEqual([path, new Set(codes.map(() => 'REQUIRED_FIELD'))])
  })

  test.each(own)('%s: PATCH, PUT and DELETE', async (set) => {
    const allow = allowOfEntity(set, profile)
    const path = `/api/${set}(${idOf(set)})`
    await expectOptions(profile, path, allow)
    for (const method of ['PATCH', 'PUT', 'DELETE'] as const) {
      const write = method === 'DELETE' ? 'delete' : 'update'
      if (!offers(set, write, profile)) {
        await expectAllow(profile, method, path, allow)
        continue
      }
      const nowhere = await sendAs(profile, method, `/api/${set}(${MISSING_ID})`)
      expect([set, method, ...refusalOf(nowhere)]).toEqual([set, method, 404, 'RECORD_NOT_FOUND'])
      if (!rowIds.has(set)) continue
      const answer = await sendAs(profile, method, `${path}?dryRun=true`)
      const expected = {
        // Nothing is changed, which is always allowed.
        PATCH: [200],
        // What is required is missing, or a rule keeps what the defaults would undo.
        PUT: [200, 400, 409],
        DELETE: [204, 409],
      }[method]
      expect([path, method, expected.includes(answer.status), answer.text]).toEqual([
        path,
        method,
        true,
        answer.text,
      ])
    }
    await expectAllow(profile, 'POST', path, allow)
  })

  test.each(own)('%s: a set is no entity, whatever it offers', async (set) => {
    for (const method of ['PATCH', 'PUT', 'DELETE'])
      await expectAllow(profile, method, `/api/${set}`, allowOfSet(set, profile))
  })

  test.each(own)('%s: properties, counts and values are only read', async (set) => {
    const count = await sendAs(profile, 'GET', `/api/${set}/$count`)
    expect([set, count.status]).toEqual([set, 200])
    const one = `/api/${set}(${idOf(set)})`
    for (const path of [`/api/${set}/$count`, `${one}/Id`, `${one}/Id/$value`]) {
      await expectOptions(profile, path, READ_ONLY)
      for (const method of ['POST', 'PATCH', 'PUT', 'DELETE'])
        await expectAllow(profile, method, path, READ_ONLY)
    }
    const value = typeOf(set).hasStream === true ? 'GET, HEAD, PUT, DELETE, OPTIONS' : READ_ONLY
    await expectOptions(profile, `${one}/$value`, value)
    for (const method of ['POST', 'PATCH', ...(value === READ_ONLY ? ['PUT', 'DELETE'] : [])])
      await expectAllow(profile, method, `${one}/$value`, value)
    const property = await sendAs(profile, 'GET', `${one}/Id`)
    expect([set, property.status]).toEqual([set, rowIds.has(set) ? 200 : 404])
    await expectHead(profile, `${one}/Id`, property)
  })

  test.each(own)('%s: its navigation properties', async (set) => {
    for (const navigation of typeOf(set).navigation) {
      const target = model.getType(navigation.target)
      if (profile === 'integrator' && target.module === 'financial-statements') continue
      const path = `/api/${set}(${idOf(set)})/${navigation.name}`
      const many = navigation.cardinality === 'many'
      const allow = (many ? allowOfSet : allowOfEntity)(target.set, profile)
      await expectOptions(profile, path, allow)
      for (const method of ['PATCH', 'PUT', 'DELETE'])
        if (!allow.includes(method)) await expectAllow(profile, method, path, allow)
      if (!many || !offers(target.set, 'create', profile)) {
        await expectAllow(profile, 'POST', path, allow)
        continue
      }
      const answer = await sendAs(profile, 'POST', `${path}?dryRun=true`)
      const expected = rowIds.has(set) ? [201, 400] : [404]
      expect([path, expected.includes(answer.status), answer.text]).toEqual([
        path,
        true,
        answer.text,
      ])
    }
  })

  test.each(own)('%s: entities have references, which are those of nothing', async (set) => {
    for (const path of [`/api/${set}(${idOf(set)})/$ref`, `/api/${set}/$ref`])
      for (const method of ['POST', 'PUT', 'DELETE'])
        await expectAllow(profile, method, path, READ_ONLY)
  })

  test.each(own)('%s: references are changed with the row that keeps them', async (set) => {
    for (const navigation of typeOf(set).navigation) {
      const target = model.getType(navigation.target)
      if (profile === 'integrator' && target.module === 'financial-statements') continue
      const many = navigation.cardinality === 'many'
      const methods = many ? 'POST, PUT, DELETE, ' : 'PUT, DELETE, '
      const offered = offers(many ? target.set : set, 'update', profile) ? methods : ''
      const path = `/api/${set}(${idOf(set)})/${navigation.name}/$ref`
      await expectOptions(profile, path, `GET, HEAD, ${offered}OPTIONS`)
    }
  })

  test.each(model.operations.map((operation) => [pathOf(operation), operation] as const))(
    '%s',
    async (path, operation) => {
      const isAction = operation.kind === 'action'
      const allow = isAction ? 'POST, OPTIONS' : READ_ONLY
      await expectOptions(profile, path, allow)
      for (const method of ['PATCH', 'PUT', 'DELETE', ...(isAction ? [] : ['POST'])])
        await expectAllow(profile, method, path, allow)
      const answer = isAction
        ? await sendAs(profile, 'POST', `${path}?dryRun=true`)
        : await sendAs(profile, 'GET', path)
      const wanting = operation.parameters.some(({ required }) => required)
      expect([path, answer.status, answer.text]).toEqual([path, wanting ? 400 : 200, answer.text])
      if (!isAction) return
      const read = await sendAs(profile, 'GET', path)
      expect([path, ...refusalOf(read), read.headers.allow]).toEqual([
        path,
        405,
        'OPERATION_NOT_SUPPORTED',
        allow,
      ])
    },
  )
})

function pathOf({ set, name, bindsTo }: Operation): string {
  // Rows of the demo to which these operations are bound in the specification's examples.
  const ids: Readonly<Record<string, number>> = {
    Units: 9007,
    Parkings: 9301,
    Storages: 9351,
    Leases: 9211,
  }
  return bindsTo === 'collection' ? `/api/${set}/${name}` : `/api/${set}(${ids[set] ?? 1})/${name}`
}

const anyAddress: readonly (readonly [method: string, rest: string, write: Write | 'read'])[] = [
  ['GET', '', 'read'],
  ['HEAD', '', 'read'],
  ['GET', '(1)', 'read'],
  ['GET', '/$count', 'read'],
  ['GET', '(1)/Id', 'read'],
  ['POST', '', 'create'],
  ['PATCH', '(1)', 'update'],
  ['PUT', '(1)', 'update'],
  ['DELETE', '(1)', 'delete'],
]

describe('whoever lacks the right is told which', () => {
  test.each(sets)('%s', async (set) => {
    for (const [method, rest, write] of anyAddress) {
      const path = `/api/${set}${rest}`
      const answer = await send(method, path, withoutRights)
      if (method === 'HEAD') expect([path, answer.status]).toEqual([path, 403])
      else if (write === 'read') {
        expect([method, path, ...refusalOf(answer)]).toEqual([
          method,
          path,
          403,
          'READ_NOT_PERMITTED',
          set,
        ])
      } else if (offers(set, write, 'integrator')) {
        expect([method, path, ...refusalOf(answer)]).toEqual([
          method,
          path,
          403,
          'WRITE_NOT_PERMITTED',
          set,
        ])
        expect(messageOf(answer)).toContain(`« ${write} »`)
      } else expect([method, path, answer.status]).toEqual([method, path, 405])
    }
  })

  test.each(model.operations.map((operation) => [pathOf(operation), operation] as const))(
    '%s',
    async (path, { kind, set }) => {
      const answer = await send(
        kind === 'action' ? 'POST' : 'GET',
        `${path}?Date=2026-07-01`,
        withoutRights,
      )
      expect(refusalOf(answer)).toEqual([
        403,
        kind === 'action' ? 'WRITE_NOT_PERMITTED' : 'READ_NOT_PERMITTED',
        set,
      ])
    },
  )
})

describe('R-011 whoever lacks the module is told which, by every method', () => {
  test.each(sets)('%s', async (set) => {
    const { module } = typeOf(set)
    for (const [method, rest] of [...anyAddress, ['OPTIONS', ''], ['OPTIONS', '(1)']] as const) {
      const path = `/api/${set}${rest}`
      const answer = await send(method, path, withoutModules)
      if (method === 'HEAD') {
        expect([path, answer.status]).toEqual([path, 403])
        continue
      }
      expect([method, path, ...refusalOf(answer)]).toEqual([
        method,
        path,
        403,
        'MODULE_NOT_LICENSED',
        set,
      ])
      expect(messageOf(answer)).toContain(`« ${module} »`)
    }
  })
})

describe('contract A3 whoever has no token learns nothing', () => {
  test.each(sets)('%s', async (set) => {
    for (const [method, rest] of anyAddress) {
      const path = `/api/${set}${rest}`
      const answer = await send(method, path, null)
      expect([method, path, answer.status]).toEqual([method, path, 401])
      expect([path, answer.headers['www-authenticate']]).toEqual([
        path,
        expect.stringMatching(/^Bearer/),
      ])
    }
    const options = await send('OPTIONS', `/api/${set}`, null)
    expect([set, options.status, options.headers.allow]).toEqual([set, 204, READ_ONLY])
  })
})

describe('methods that no address offers', () => {
  test.each(['TRACE', 'PROPFIND', 'LOCK', 'REPORT'])('%s', async (method) => {
    const answer = await send(method, '/api/Tenants', app.clients.integrator.token)
    expect([method, answer.status >= 400 && answer.status < 500]).toEqual([method, true])
  })
})
