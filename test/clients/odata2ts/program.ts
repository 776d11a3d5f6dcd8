/** What a user of odata2ts writes: it is checked against the types that were made from the metadata, and run. */

import { FetchClient } from '@odata2ts/http-client-fetch'
import { hapiClient } from './generated/hapiClient'
import type { EditableNote } from './generated/primmo_h_api/note/Note'

const [, , baseUrl = '', token = ''] = process.argv
const client = new FetchClient({ headers: { Authorization: `Bearer ${token}` } })
const hapi = new hapiClient(client, `${baseUrl}/api`)

async function run(): Promise<Record<string, unknown>> {
  const listed = await hapi.Buildings().query((builder, building) =>
    builder
      .select('Id', 'Name')
      .filter(building.City.eq('Québec').and(building.NumberOfUnits.ge(4)))
      .orderBy(building.Name.desc())
      .top(3)
      .count(),
  )
  const expanded = await hapi
    .Buildings(630)
    .query((builder) =>
      builder
        .select('Id')
        .expanding('Units', (units, unit) =>
          units.select('Id', 'AskingRent').filter(unit.NumberOfRooms.gt(3)).orderBy(unit.Id.asc()),
        ),
    )
  const lambda = await hapi
    .Buildings()
    .query((builder, building) =>
      builder.select('Id').filter(building.Units.any((unit) => unit.UnitCode.eq('775'))),
    )
  const free = await hapi
    .Units()
    .ForRent({ StartDate: '2026-07-01', EndDate: '2026-07-31', MinimumDays: null })
  const rent = await hapi.Leases(9211).RentOn({ Date: '2026-07-01' })

  // Required by their types, which know neither defaults nor what the server keeps.
  const draft = {
    CompanyNo: 3,
    DivisionNo: 2,
    TenantId: 9116,
    NoteType: 'R',
    Subject: 'odata2ts',
    Body: 'Créée par un client généré',
  } as EditableNote
  const { data: created } = await hapi.Notes().create(draft)
  await hapi.Notes(created.Id).patch({ Subject: 'odata2ts, modifiée' })
  const { data: changed } = await hapi.Notes(created.Id).query()
  await hapi.Notes(created.Id).delete()
  const left = await hapi
    .Notes()
    .query((builder, note) => builder.filter(note.Id.eq(created.Id)).count())

  return {
    count: Number(listed.data['@odata.count']),
    names: listed.data.value.map(({ Name }) => Name),
    units: expanded.data.Units?.map(({ Id, AskingRent }) => ({ Id, AskingRent })),
    lambda: lambda.data.value.map(({ Id }) => Id),
    free: free.data.value.map(({ UnitId }) => UnitId),
    rent: rent.data.RentAmount,
    created: created.Subject,
    changed: changed.Subject,
    left: left.data.value.length,
  }
}

run().then(
  (result) => process.stdout.write(JSON.stringify(result)),
  (error: unknown) => {
    process.stderr.write(String(error instanceof Error ? error.stack : error))
    process.exitCode = 1
  },
)
