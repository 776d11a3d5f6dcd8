import { readFile } from 'node:fs/promises'
import { xml2json } from 'odata-csdl'
import { describe, expect, test } from 'vitest'
import { applyTransformations } from '../../src/derive/apply-transformations.ts'
import { csdlOf } from '../../src/derive/csdl-document.ts'
import { csdlJson, writeCsdlJson } from '../../src/derive/csdl-json.ts'
import { writeCsdlXml } from '../../src/derive/csdl-xml.ts'
import { filterFunctions } from '../../src/derive/filter-functions.ts'
import { type MetadataView, unrestrictedIntegrator } from '../../src/derive/metadata-view.ts'
import { model } from '../../src/model/model.ts'
import { functionSignatures } from '../../src/odata/bind/function-signatures.ts'
import { offeredTransformations } from '../../src/odata/parse/apply-parser.ts'

const view = (version: '4.0' | '4.01'): MetadataView => ({
  version,
  language: 'fr',
  reader: unrestrictedIntegrator,
  expandLevels: 6,
})
const golden = new URL('../golden/', import.meta.url)

describe('CSDL 4.01', () => {
  test.each(['4.0', '4.01'] as const)(
    'the XML and the JSON of version %s say the same',
    (version) => {
      const messages: unknown[] = []
      const document = csdlOf(model, view(version))
      const converted = xml2json(writeCsdlXml(document), { strict: true, messages })
      expect(messages).toEqual([])
      // The converter knows of OASIS's vocabularies alone that they are written in JSON too.
      const text = JSON.stringify(converted).replaceAll('.xml#Common.', '.json#Common.')
      expect(JSON.parse(text)).toEqual(csdlJson(document))
    },
  )

  test('the documents are those checked in', async () => {
    const document = csdlOf(model, view('4.0'))
    expect(writeCsdlXml(document)).toBe(await readFile(new URL('metadata.xml', golden), 'utf8'))
    expect(writeCsdlJson(document)).toBe(await readFile(new URL('metadata.json', golden), 'utf8'))
  })

  test('a partner names the navigation property that names it back', () => {
    const { entityTypes } = csdlOf(model, view('4.0')).schema
    const oneWay = entityTypes.flatMap((type) =>
      type.navigation
        .filter(({ partner }) => partner !== undefined)
        .filter((navigation) => {
          const target = entityTypes.find(({ name }) => navigation.type === `Primmo.HApi.${name}`)
          const back = target?.navigation.find(({ name }) => name === navigation.partner)
          return back?.partner !== navigation.name || back.type !== `Primmo.HApi.${type.name}`
        })
        .map(({ name }) => `${type.name}/${name}`),
    )
    expect(oneWay).toEqual([])
  })

  test('what is accepted but never returned is marked so: clients made from the document send it', () => {
    const csdl = csdlOf(model, view('4.0'))
    const debit = csdl.schema.entityTypes.find(({ name }) => name === 'PreauthorizedDebit')
    const number = debit?.properties.find(({ name }) => name === 'AccountNo')
    expect(number?.annotations).toContainEqual({
      term: 'Core.Permissions',
      value: { kind: 'enumMember', type: 'Core.Permission', member: 'Write' },
    })
    const restrictions = csdl.schema.container.entitySets
      .find(({ name }) => name === 'PreauthorizedDebits')
      ?.annotations.map((annotation) => JSON.stringify(annotation))
    for (const kind of ['Filter', 'Sort'])
      expect(
        restrictions?.find((text) => text.includes(`Capabilities.${kind}Restrictions`)),
      ).toContain('"path":"AccountNo"')
  })
})

describe('R-010 What may be written', () => {
  const { schema } = csdlOf(model, view('4.0'))
  const document = JSON.parse(writeCsdlJson(csdlOf(model, view('4.0'))))['Primmo.HApi']
  const setOf = (name: string): Record<string, unknown> => document.Container[name]

  test.each([
    // Set, created, changed and deleted by integrators.
    ['Tenants', true, true, false],
    ['TenantParkings', true, true, true],
    ['MeterReadings', true, false, false],
    ['Units', false, true, false],
    ['Buildings', false, false, false],
    ['GlEntries', false, false, false],
  ])('%s', (name, insertable, updatable, deletable) => {
    const set = setOf(name)
    expect(set).toMatchObject({
      '@Core.Permissions': insertable || updatable || deletable ? 'ReadWrite' : 'Read',
      '@Capabilities.InsertRestrictions': { Insertable: insertable },
      '@Capabilities.UpdateRestrictions': { Updatable: updatable },
      '@Capabilities.DeleteRestrictions': { Deletable: deletable },
    })
  })

  test('what the administrator may do besides stands in words, in both languages', () => {
    const note = {
      '@Core.Description': "Réservé à l'administrateur du compte",
      '@Core.Description#en': 'Account administrator only',
    }
    expect(setOf('Buildings')['@Capabilities.InsertRestrictions']).toEqual({
      Insertable: false,
      ...note,
    })
    expect(setOf('Units')['@Capabilities.InsertRestrictions']).toMatchObject(note)
    expect(setOf('GlEntries')['@Capabilities.InsertRestrictions']).toEqual({ Insertable: false })
  })

  test('a creation names what it takes; what a legacy key may replace is not among it', () => {
    expect(setOf('TenantParkings')['@Capabilities.InsertRestrictions']).toEqual({
      Insertable: true,
      RequiredProperties: ['StartDate', 'Amount'],
      // Only the administrator makes parkings.
      NonInsertableNavigationProperties: ['Parking'],
    })
  })

  test('a field is kept by the server, set once, or changed by the administrator alone', () => {
    expect(document.Tenant.Id).toMatchObject({
      '@Core.Computed': true,
      '@Core.Permissions': 'Read',
    })
    const immutable = schema.entityTypes
      .find(({ name }) => name === 'Tenant')
      ?.properties.find(({ name }) => name === 'TenantNo')
    expect(immutable?.annotations.map(({ term }) => term)).toContain('Core.Immutable')
    expect(setOf('Units')['@Capabilities.UpdateRestrictions']).toMatchObject({
      UpdateMethod: 'PATCH,PUT',
      NonUpdatableProperties: expect.arrayContaining(['IsRentable', 'IsActive']),
    })
  })
})

describe('Functions with optional parameters', () => {
  test.each(['4.0', '4.01'] as const)(
    '%s: one of each name and binding, which code generators need; what may be left out says so, and may be null',
    (version) => {
      const { functions } = csdlOf(model, view(version)).schema
      const parameters = functions.map(({ name, parameters: [binding, ...others] }) => [
        `${binding?.type}/${name}`,
        binding?.collection === true,
        others.map(
          (parameter) =>
            `${parameter.name}${parameter.nullable ? '?' : ''}${
              parameter.annotations.some(({ term }) => term === 'Core.OptionalParameter') ? '*' : ''
            }`,
        ),
      ])
      expect(parameters).toEqual([
        ['Primmo.HApi.Unit/ForRent', true, ['StartDate?*', 'EndDate?*', 'MinimumDays?*']],
        ['Primmo.HApi.Unit/Availability', false, ['StartDate?*', 'EndDate?*']],
        ['Primmo.HApi.Parking/Availability', false, ['StartDate?*', 'EndDate?*']],
        ['Primmo.HApi.Storage/Availability', false, ['StartDate?*', 'EndDate?*']],
        ['Primmo.HApi.Lease/RentOn', false, ['Date']],
      ])
    },
  )
})

describe('Actions', () => {
  test.each(['4.0', '4.01'] as const)(
    'OData %s: Cancel is bound to one lease, needs a reason and returns the lease',
    (version) => {
      const { actions } = csdlOf(model, view(version)).schema
      const cancel = actions.find(
        ({ name, parameters: [binding] }) =>
          name === 'Cancel' && binding?.type === 'Primmo.HApi.Lease',
      )
      expect(cancel).toMatchObject({
        entitySetPath: 'bindingParameter',
        returns: { type: 'Primmo.HApi.Lease', nullable: false },
      })
      expect(
        cancel?.parameters.map(({ name, type, nullable, maxLength }) => [
          name,
          type,
          nullable,
          maxLength,
        ]),
      ).toEqual([
        ['bindingParameter', 'Primmo.HApi.Lease', false, undefined],
        ['Reason', 'Edm.String', false, 200],
      ])
    },
  )

  test('both formats say that they are bound actions', () => {
    const document = csdlOf(model, view('4.01'))
    expect(writeCsdlXml(document)).toContain(
      '<Action Name="Cancel" IsBound="true" EntitySetPath="bindingParameter">',
    )
    // The schema's members are objects of the CSDL.
    const schema = csdlJson(document)['Primmo.HApi'] as Record<string, unknown>
    expect(schema['Cancel']).toContainEqual(
      expect.objectContaining({
        $Kind: 'Action',
        $IsBound: true,
        $EntitySetPath: 'bindingParameter',
        $ReturnType: { $Type: 'Primmo.HApi.Lease' },
      }),
    )
  })
})

test('Capabilities.FilterFunctions announces what $filter offers', () => {
  expect(filterFunctions).toEqual(
    ['all', 'any', 'case', 'cast', 'isof', ...functionSignatures.keys()].sort(),
  )
})

test('Aggregation.ApplySupported announces what $apply offers', () => {
  expect([...applyTransformations].sort()).toEqual([...offeredTransformations].sort())
})
