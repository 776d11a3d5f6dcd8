/** A person with twelve identifiers, planted wherever an account can hold one. */

import { listAccounts } from '../../src/auth/accounts.ts'
import type { ImportItem } from '../../src/domain/import/import-record.ts'
import { HapiError } from '../../src/errors/hapi-error.ts'
import { accountOf, importInto } from '../import/importing.ts'
import { recordOf, sourceOf } from '../import/source.ts'
import type { TestApp } from '../support/test-app.ts'
import { rowOf, writerOf } from '../support/writing.ts'

/** In nothing else that the tests' databases hold. */
export const identifiers = {
  lastName: 'Zyxwvœtard',
  firstName: 'Évangéline-Ursule',
  email: 'evangeline.zyx@example.org',
  email2: 'eva.zyx@travail.example',
  phone: '418-555-7391',
  mobile: '(581) 555-7392',
  workPhone: '418.555.7393',
  street: '77391 rue du Marais-Profond',
  postalCode: 'J9Z 7X3',
  policy: 'POL-77391-QC',
  plate: 'ZYX 739',
  accountNo: '739173917391',
} as const

const PARKING = 9304

export interface Planted {
  readonly tenantId: number
  readonly contactId: number
  readonly agreementId: number
  readonly documentId: number
  readonly prospectId: number
  /** Notes of others that name her. */
  readonly noteId: number
}

/** Through the API, as far as it writes such rows. */
export async function plantPerson(app: TestApp): Promise<Planted> {
  const { post, patch } = writerOf(app)
  const add = async (set: string, body: object): Promise<number> =>
    rowOf(await post(`/api/${set}`, body)).Id
  const { lastName, firstName, email, phone } = identifiers
  const name = `${firstName} ${lastName}`
  const tenantId = await add('Tenants', {
    LedgerDivisionId: 4,
    LastName: lastName,
    FirstName: firstName,
    BirthDate: '1971-07-31',
    Phone: phone,
    MobilePhone: identifiers.mobile,
    WorkPhone: identifiers.workPhone,
    Email: email,
    Email2: identifiers.email2,
    CivicNoAndStreet: identifiers.street,
    City: 'Profonville',
    PostalCode: identifiers.postalCode,
    InsurancePolicyNo: identifiers.policy,
    ExternalId: 'portal-zyx-1',
    Comment: `Demander ${firstName} au ${phone}`,
  })
  const contactId = await add('TenantContacts', {
    TenantId: tenantId,
    ContactType: 'U',
    LastName: lastName,
    FirstName: 'Mère',
    Phone: phone,
  })
  await add('TenantParkings', {
    TenantId: tenantId,
    ParkingId: PARKING,
    StartDate: '2026-01-01',
    EndDate: '2026-02-28',
    IsRenewable: false,
    Amount: 75,
    LicensePlate: identifiers.plate,
  })
  const agreementId = await add('PreauthorizedDebits', {
    TenantId: tenantId,
    InstitutionNo: '815',
    TransitNo: '20001',
    AccountNo: identifiers.accountNo,
    AccountHolderName: name,
    AgreementDate: '2026-01-05',
    StartDate: '2026-02-01',
  })
  await add('Messages', {
    TenantId: tenantId,
    Direction: 'E',
    Body: `${name}, ${identifiers.policy}`,
    Subject: name,
  })
  await add('Notes', {
    LedgerDivisionId: 4,
    TenantId: tenantId,
    Body: `Voir ${email}`,
    Subject: name,
  })
  const documentId = await add('Documents', {
    LedgerDivisionId: 4,
    TenantId: tenantId,
    DocumentType: 'PHOTO',
    Title: `Preuve d'assurance de ${name}`,
    FileName: `assurance ${lastName}.txt`,
    ContentType: 'text/plain',
    DocumentDate: '2026-02-01',
  })
  await app.ask(`/api/Documents(${documentId})/$value`, {
    method: 'PUT',
    body: `${name}\n${identifiers.policy}\n${identifiers.street}\n${phone}\n`,
    headers: { 'content-type': 'text/plain' },
  })
  const callId = await add('ServiceCalls', {
    BuildingId: 900,
    TenantId: tenantId,
    CategoryId: 2,
    Source: 'P',
    Title: `Fuite chez ${lastName}`,
    Description: `Appeler ${identifiers.mobile}`,
    RequestedByName: name,
    RequestedByEmail: email,
  })
  await patch(`/api/ServiceCalls(${callId})`, { Status: 'X', CancelReason: `${firstName} absente` })
  const prospectId = await add('Prospects', {
    LedgerDivisionId: 4,
    LastName: lastName,
    FirstName: firstName,
    Email: email,
    Phone: phone,
  })
  const applicationId = await add('RentalApplications', {
    ProspectId: prospectId,
    UnitId: 9001,
    ApplicationDate: '2025-12-01',
    DesiredStartDate: '2026-01-01',
    Comment: `${name} a un chat`,
  })
  await patch(`/api/RentalApplications(${applicationId})`, { Status: 'X' })
  // Where others have written about her.
  const noteId = await add('Notes', {
    BuildingId: 900,
    LedgerDivisionId: 4,
    Body: `La clé est chez EVANGELINE-URSULE ZYXWVOETARD, (418) 555 7391, 2e étage.`,
  })
  await plantBySql(app, tenantId, name)
  await interruptImport(app, name)
  // Of a load the audit tells no values: it keeps external identifiers as they are.
  await app.sql(
    `update rental_applications set tenant_id = $1, external_id = $3
       from set_config('hapi.change_log', 'off', true) where account_id = 1 and id = $2`,
    [tenantId, applicationId, `crm ${email}`],
  )
  return { tenantId, contactId, agreementId, documentId, prospectId, noteId }
}

/** An import that was interrupted keeps what it has refused, and how its rows are called, until it goes on. */
async function interruptImport(app: TestApp, name: string): Promise<void> {
  const accounts = await listAccounts(app.db.database)
  const own = accounts.find(({ accountId }) => accountId === 1)
  const cells = { Id: identifiers.lastName, ServiceCode: 'ZYX', NameFr: 'Lavage', NameEn: 'Wash' }
  const record = recordOf({ set: 'Services', cells }, 0)
  const error = new HapiError('IMPORT_VALUE_UNCLEAR', { value: name, reason: identifiers.policy })
  const fault: ImportItem = {
    kind: 'fault',
    file: record.file,
    line: 3,
    column: 'Nom',
    value: name,
    error,
  }
  const interruption = new AbortController()
  const items = [record, fault, ...Array.from({ length: 1_000 }, () => ({ ...fault, value: 'x' }))]
  const reading = importInto(
    app.db.database,
    { ...accountOf(1), pinnedAt: own?.pinnedAt ?? null },
    sourceOf('interrupted', items),
    {},
    { onProgress: () => interruption.abort(), signal: interruption.signal },
  )
  await reading.catch((reason: unknown) => {
    if (!interruption.signal.aborted) throw reason
  })
}

/** What the suite alone writes, and what is kept of answers. */
async function plantBySql(app: TestApp, tenantId: number, name: string): Promise<void> {
  const tenant =
    'select account_id, company_no, division_no, tenant_type, tenant_no, id from tenants'
  const own = `${tenant} where account_id = 1 and id = ${tenantId}`
  await app.sql(
    `with t as (${own})
     insert into payments (account_id, id, company_no, division_no, tenant_type, tenant_no, tenant_id, payment_date,
            amount, payment_method, payer_name, reference_no, comment, status, allocated_amount, unallocated_amount)
     select account_id, 99001, company_no, division_no, tenant_type, tenant_no, id, '2026-02-01', 75, 'CHQ', $1,
            'CHQ-739', $1, 'D', 75, 0 from t`,
    [name],
  )
  await app.sql(
    `with t as (${own})
     insert into rl31_slips (account_id, id, company_no, division_no, tenant_type, tenant_no, tenant_id, unit_id,
            tax_year, slip_type, recipient_last_name, recipient_first_name, recipient_count, deadline_date)
     select account_id, 99001, company_no, division_no, tenant_type, tenant_no, id, 9001, 2025, 'R', $1, $2, 1,
            '2026-02-28' from t`,
    [identifiers.lastName, identifiers.firstName],
  )
}
