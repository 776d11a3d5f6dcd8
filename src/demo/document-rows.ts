/** Documents of the portfolio (recipe §9): one of each signed lease, and one public picture of each building. */

import { createHash } from 'node:crypto'
import { type DemoRow, type DemoValue, type DemoValues, demoRow } from './demo-row.ts'
import type { GenerationContext } from './id-sequences.ts'
import { drawBuilding } from './placeholder-picture.ts'
import { writePlaceholder } from './placeholder-text.ts'
import { Random } from './random.ts'
import { callsClock } from './service-call-rows.ts'

/** The same rows, each lease and each building with its document behind it. */
export function* withDocuments(
  rows: Iterable<DemoRow>,
  context: GenerationContext,
): Iterable<DemoRow> {
  /** Where a lease's unit is: some bytes for each unit. */
  const buildings = new Map<DemoValue, DemoValue>()
  for (const row of rows) {
    yield row
    const { values } = row
    if (row.type.name === 'Unit') buildings.set(values['Id'] ?? null, values['BuildingId'] ?? null)
    if (row.type.name === 'Building') yield picture(values, context)
    if (row.type.name === 'Lease' && values['SignedDate'] !== null)
      yield leaseDocument(values, buildings.get(values['UnitId'] ?? null) ?? null, context)
  }
}

let placeholder: Buffer | undefined

/** The same for every lease: a portfolio has hundreds, and a sandbox is loaded while somebody waits. */
function leasePlaceholder(): Buffer {
  placeholder ??= writePlaceholder('Bail', [
    "Exemple de bail d'un portefeuille de démonstration.",
    "Il tient la place du document signé et n'a aucune valeur.",
  ])
  return placeholder
}

/** Produced by the system and shown to the tenant. */
function leaseDocument(
  lease: DemoValues,
  buildingId: DemoValue,
  context: GenerationContext,
): DemoRow {
  const leaseNo = String(lease['LeaseNo'])
  const title = `Bail ${leaseNo}`
  return documentRow(context, leasePlaceholder(), {
    ...keysOf(lease),
    DocumentType: 'BAIL',
    Title: title,
    FileName: `bail-${leaseNo}.pdf`,
    ContentType: 'application/pdf',
    DocumentDate: lease['SignedDate'] ?? null,
    Source: 'G',
    BuildingId: buildingId,
    UnitId: lease['UnitId'] ?? null,
    TenantId: lease['TenantId'] ?? null,
    LeaseId: lease['Id'] ?? null,
    IsVisibleToTenant: true,
    PublishedDate: callsClock,
  })
}

function picture(building: DemoValues, context: GenerationContext): DemoRow {
  const name = String(building['Name'])
  const description = `Image d'exemple : ${name}, ${String(building['CivicNoAndStreet'])}`
  const random = Random.of('Picture', Number(building['Id']), context.salt)
  return documentRow(context, drawBuilding(random, description), {
    ...keysOf(building),
    DocumentType: 'PHOTO',
    Title: `Photo de l'immeuble ${name}`,
    FileName: `photo-${String(building['BuildingCode']).trim()}.png`,
    ContentType: 'image/png',
    DocumentDate: callsClock.slice(0, callsClock.indexOf('T')),
    BuildingId: building['Id'] ?? null,
    IsPublicListing: true,
    Description: description,
  })
}

function keysOf(values: DemoValues): DemoValues {
  const names = ['CompanyNo', 'DivisionNo', 'LedgerDivisionId']
  return Object.fromEntries(names.map((name) => [name, values[name] ?? null]))
}

function documentRow(context: GenerationContext, content: Buffer, given: DemoValues): DemoRow {
  const row = demoRow(
    'Document',
    {
      Id: context.ids.nextId('Document'),
      Language: 'F',
      FileSize: content.length,
      Sha256: createHash('sha256').update(content).digest('hex'),
      ...given,
    },
    callsClock,
  )
  return { ...row, content }
}
