/** Whether the metadata hold together: names, types, paths and annotations, in both versions and for several callers. */

import { spawnSync } from 'node:child_process'
import { createRequire } from 'node:module'
import { fileURLToPath } from 'node:url'
import { describe, expect, test } from 'vitest'
import type {
  Annotation,
  AnnotationValue,
  CsdlDocument,
  CsdlEntityType,
  CsdlTypeReference,
} from '../../src/derive/csdl.ts'
import { csdlOf } from '../../src/derive/csdl-document.ts'
import { csdlJson } from '../../src/derive/csdl-json.ts'
import { writeCsdlXml } from '../../src/derive/csdl-xml.ts'
import { type MetadataReader, unrestrictedIntegrator } from '../../src/derive/metadata-view.ts'
import { model } from '../../src/model/model.ts'
import { enumerations, records, terms } from './vocabulary-terms.ts'

const withheld = new Set(['Leases', 'Documents', 'LookupCodes'])

const readers: Readonly<Record<string, MetadataReader>> = {
  integrator: unrestrictedIntegrator,
  administrator: { ...unrestrictedIntegrator, profile: 'administrator' },
  restricted: {
    profile: 'integrator',
    hasModule: (code) => !['crm', 'pad', 'financial-statements'].includes(code),
    hasRight: (set, operation) => !withheld.has(set) || operation === 'update',
  },
}

const documents = Object.entries(readers).flatMap(([name, reader]) =>
  (['4.0', '4.01'] as const).map((version): [string, CsdlDocument] => [
    `${version} for ${name}`,
    csdlOf(model, { version, language: 'fr', reader, expandLevels: 6 }),
  ]),
)

/** `Primmo.HApi.Unit` → `Unit`. */
const local = (name: string): string => name.replace(/^Primmo\.HApi\./, '')

const primitives = /^Edm\.(?:Boolean|Date|DateTimeOffset|Decimal|Int32|Int64|String)$/

describe.each(documents)('CSDL 4.01 %s', (_, document) => {
  const { schema } = document
  const types = new Map(
    [...schema.entityTypes, ...schema.complexTypes].map((type) => [type.name, type]),
  )
  const entityTypes = new Map(schema.entityTypes.map((type) => [type.name, type]))
  const sets = new Map(schema.container.entitySets.map((set) => [set.name, set]))

  test('every type is one of EDM’s or is declared', () => {
    const used: readonly CsdlTypeReference[] = [
      ...[...types.values()].flatMap(({ properties }) => properties),
      ...[...schema.functions, ...schema.actions].flatMap(({ parameters, returns }) => [
        ...parameters,
        returns,
      ]),
    ]
    expect(
      used
        .map(({ type }) => type)
        .filter((type) => !primitives.test(type) && !types.has(local(type))),
    ).toEqual([])
  })

  test('names are identifiers, and no two of a scope differ by letter case only', () => {
    const scopes = [
      [
        'schema',
        [
          ...types.keys(),
          ...schema.terms.map(({ name }) => name),
          schema.container.name,
          ...new Set([...schema.functions, ...schema.actions].map(({ name }) => name)),
        ],
      ],
      ['container', [...sets.keys(), ...schema.container.singletons.map(({ name }) => name)]],
      ...schema.entityTypes.map(
        (type) =>
          [type.name, [...type.properties, ...type.navigation].map(({ name }) => name)] as const,
      ),
      ...schema.complexTypes.map(
        (type) => [type.name, type.properties.map(({ name }) => name)] as const,
      ),
    ] as const
    for (const [scope, names] of scopes) {
      expect([scope, names.filter((name) => !/^[A-Za-z_]\w{0,127}$/.test(name))]).toEqual([
        scope,
        [],
      ])
      expect([scope, new Set(names.map((name) => name.toLowerCase())).size]).toEqual([
        scope,
        names.length,
      ])
    }
  })

  test('an entity has the properties of its key, which are never null', () => {
    for (const { key, properties } of schema.entityTypes)
      for (const name of key)
        expect(properties.find((property) => property.name === name)).toMatchObject({
          nullable: false,
        })
  })

  test('a number with decimals says how many, as 4.0 knows it', () => {
    const decimals = [...types.values()]
      .flatMap(({ properties }) => properties)
      .filter(({ type }) => type === 'Edm.Decimal')
    expect(decimals.length).toBeGreaterThan(0)
    for (const { name, precision, scale } of decimals)
      expect([name, precision !== undefined && scale !== undefined && scale <= precision]).toEqual([
        name,
        true,
      ])
  })

  test('a relation leads to a set of its type, and its keys are of one type', () => {
    for (const set of sets.values()) {
      const type = entityTypes.get(local(set.type))
      expect(set.bindings.map(([path]) => path)).toEqual(type?.navigation.map(({ name }) => name))
      for (const [path, target] of set.bindings)
        expect(sets.get(target)?.type).toBe(
          type?.navigation.find(({ name }) => name === path)?.type,
        )
    }
    for (const { name, properties, navigation } of schema.entityTypes) {
      for (const { type, referentialConstraint } of navigation) {
        if (referentialConstraint === undefined) continue
        const [own, other] = referentialConstraint
        const target = entityTypes.get(local(type))
        const dependent = properties.find((property) => property.name === own)
        const principal = target?.properties.find((property) => property.name === other)
        expect([name, own, dependent?.type]).toEqual([name, own, principal?.type])
      }
    }
  })

  test('the dependent may be without a row where its property may be null', () => {
    for (const { name, properties, navigation } of schema.entityTypes)
      for (const { name: path, nullable, referentialConstraint } of navigation)
        if (referentialConstraint !== undefined)
          expect([name, path, nullable]).toEqual([
            name,
            path,
            properties.find((property) => property.name === referentialConstraint[0])?.nullable,
          ])
  })

  test('no two operations of a name are bound to one type: clients choose by the name alone', () => {
    const operations = [...schema.functions, ...schema.actions].map(
      ({ name, parameters: [binding] }) =>
        `${binding?.type} ${binding?.collection === true} ${name}`,
    )
    expect(new Set(operations).size).toBe(operations.length)
  })

  test('every annotation is of a term that applies, has a value of its type, and its paths lead somewhere', () => {
    const errors: string[] = []
    for (const target of targetsOf(document)) {
      const seen = new Set<string>()
      for (const annotation of target.annotations) {
        const name = `${annotation.term}#${annotation.qualifier ?? ''}`
        const place = `${target.kind} ${target.name} @${name}`
        if (seen.has(name)) errors.push(`${place}: twice`)
        seen.add(name)
        errors.push(
          ...checkAnnotation(annotation, target, document).map((error) => `${place}: ${error}`),
        )
      }
    }
    expect(errors).toEqual([])
  })
})

interface Target {
  readonly kind: string
  readonly name: string
  readonly annotations: readonly Annotation[]
  /** In which paths begin. */
  readonly type?: Pick<CsdlEntityType, 'name' | 'properties'> &
    Partial<Pick<CsdlEntityType, 'navigation'>>
}

function targetsOf({ schema }: CsdlDocument): readonly Target[] {
  const types = [
    ...schema.entityTypes.map((type) => ['EntityType', type] as const),
    ...schema.complexTypes.map((type) => ['ComplexType', type] as const),
  ]
  const operations = [
    ...schema.functions.map((operation) => ['Function', operation] as const),
    ...schema.actions.map((operation) => ['Action', operation] as const),
  ]
  return [
    { kind: 'Schema', ...schema, name: schema.namespace },
    { kind: 'EntityContainer', ...schema.container },
    ...schema.terms.map((term) => ({ kind: 'Term', ...term })),
    ...types.flatMap(([kind, type]) => [
      { kind, name: type.name, annotations: type.annotations, type },
      ...type.properties.map(({ name, annotations }) => ({
        kind: 'Property',
        name: `${type.name}/${name}`,
        annotations,
        type,
      })),
    ]),
    ...schema.container.entitySets.map(({ name, annotations, type: typeName }) => {
      const type = schema.entityTypes.find((candidate) => candidate.name === local(typeName))
      return { kind: 'EntitySet', name, annotations, ...(type === undefined ? {} : { type }) }
    }),
    ...schema.container.singletons.map(({ name, annotations }) => ({
      kind: 'Singleton',
      name,
      annotations,
    })),
    ...operations.flatMap(([kind, { name, annotations, parameters }]) => [
      { kind, name, annotations },
      ...parameters.map((parameter) => ({
        kind: 'Parameter',
        name: `${name}/${parameter.name}`,
        annotations: parameter.annotations,
      })),
    ]),
  ]
}

function checkAnnotation(
  { term, value }: Annotation,
  target: Target,
  document: CsdlDocument,
): readonly string[] {
  const known = terms[term]
  if (known === undefined) return ['no such term']
  const { appliesTo, type } = known
  if (appliesTo.length > 0 && !appliesTo.includes(target.kind)) return ['does not apply']
  return checkValue(value, type, { target, document })
}

interface Place {
  readonly target: Target
  readonly document: CsdlDocument
  /** The set of a value list. */
  readonly listed?: string
}

function checkValue(value: AnnotationValue, type: string, place: Place): readonly string[] {
  if (type.startsWith('[')) {
    if (typeof value !== 'object' || value.kind !== 'collection') return [`no collection ${type}`]
    return value.items.flatMap((item) => checkValue(item, type.slice(1, -1), place))
  }
  if (typeof value === 'object') return checkStructured(value, type, place)
  switch (type) {
    case 'Tag':
    case 'Boolean':
      return typeof value === 'boolean' ? [] : ['no boolean']
    case 'Int':
      return Number.isInteger(value) ? [] : ['no integer']
    case 'Primitive':
      return []
    case 'String':
      return typeof value === 'string' && value !== '' ? [] : ['no text']
    case 'EntitySet':
      return place.document.schema.container.entitySets.some(({ name }) => name === value)
        ? []
        : [`no set ${value}`]
    case 'ListedProperty': {
      const set = place.document.schema.container.entitySets.find(
        ({ name }) => name === place.listed,
      )
      const listed = place.document.schema.entityTypes.find(
        ({ name }) => name === local(set?.type ?? ''),
      )
      return listed?.properties.some(({ name }) => name === value) === true
        ? []
        : [`${place.listed} has no ${value}`]
    }
    default:
      return [`no ${type}`]
  }
}

function checkStructured(
  value: Exclude<AnnotationValue, string | number | boolean>,
  type: string,
  place: Place,
): readonly string[] {
  switch (value.kind) {
    case 'collection':
      return ['a collection']
    case 'enumMember': {
      const members = enumerations[value.type]
      if (members === undefined || !value.type.endsWith(`.${type}`)) return [`no ${type}`]
      return value.member.split(',').filter((member) => !members.includes(member))
    }
    case 'propertyPath':
    case 'navigationPropertyPath':
      if (type.toLowerCase() !== value.kind.toLowerCase()) return [`no ${type}`]
      return checkPath(value.path, value.kind === 'propertyPath', place)
    case 'path':
      // The value of a property, where a text is wanted.
      return type === 'Path' || type === 'String'
        ? checkPath(value.path, true, place)
        : [`no ${type}`]
    case 'record': {
      const members = records[value.type ?? type]
      if (members === undefined) return [`no record ${type}`]
      if (value.type !== undefined && type !== 'ValueListParameter') return [`no ${type}`]
      const set = value.members['CollectionPath']
      const inside = typeof set === 'string' ? { ...place, listed: set } : place
      return [
        ...Object.entries(value.members).flatMap(([name, member]) => {
          const memberType = members[name]
          return memberType === undefined
            ? [`no member ${name}`]
            : checkValue(member, memberType, inside).map((error) => `${name}: ${error}`)
        }),
        ...value.annotations.flatMap((annotation) =>
          annotation.term === 'Core.Description'
            ? checkValue(annotation.value, 'String', place)
            : [annotation.term],
        ),
      ]
    }
  }
}

/** Whether the path leads through relations to a property, or to a relation. */
function checkPath(
  path: string,
  toProperty: boolean,
  { target, document }: Place,
): readonly string[] {
  const steps = path.split('/')
  let type = target.type
  for (const step of steps.slice(0, -1)) {
    const through = type?.navigation?.find(({ name, collection }) => name === step && !collection)
    type = document.schema.entityTypes.find(({ name }) => name === local(through?.type ?? ''))
  }
  const members = toProperty ? type?.properties : type?.navigation
  return members?.some(({ name }) => name === steps.at(-1)) === true
    ? []
    : [`${path} leads nowhere`]
}

describe('the schemas of OASIS', () => {
  const { resolve } = createRequire(import.meta.url)
  const schemaFile = (name: string): string =>
    fileURLToPath(new URL(`../../node_modules/odata-csdl/schemas/${name}`, import.meta.url))

  test.each(documents)('CSDL JSON %s', (_, document) => {
    // The validator that comes with Fastify.
    const require = createRequire(resolve('fastify'))
    const Ajv = require('ajv') as new (
      options: object,
    ) => { compile(schema: unknown): { (value: unknown): boolean; errors?: unknown } }
    const validate = new Ajv({ strict: false }).compile(require(schemaFile('csdl.schema.json')))
    expect([validate(csdlJson(document)), validate.errors]).toEqual([true, null])
  })

  const hasXmllint = spawnSync('xmllint', ['--version']).status === 0

  test.skipIf(!hasXmllint).each(documents)(
    'CSDL XML %s, where xmllint is installed',
    (_, document) => {
      const { status, stderr } = spawnSync(
        'xmllint',
        ['--noout', '--schema', schemaFile('edmx.xsd'), '-'],
        {
          input: writeCsdlXml(document),
          encoding: 'utf8',
        },
      )
      expect([status, status === 0 ? '' : stderr]).toEqual([0, ''])
    },
  )
})
