/** Whether classes can be made of the metadata in languages that are strict about names: C#, Java, TypeScript, Python. */

import { describe, expect, test } from 'vitest'
import { csdlOf } from '../../src/derive/csdl-document.ts'
import { unrestrictedIntegrator } from '../../src/derive/metadata-view.ts'
import { model } from '../../src/model/model.ts'

const { schema } = csdlOf(model, {
  version: '4.0',
  language: 'fr',
  reader: unrestrictedIntegrator,
  expandLevels: 6,
})

const structured = [
  ...schema.entityTypes.map(({ name, properties, navigation }) => ({
    name,
    members: [...properties, ...navigation].map((member) => member.name),
  })),
  ...schema.complexTypes.map(({ name, properties }) => ({
    name,
    members: properties.map((member) => member.name),
  })),
]
const typeNames = structured.map(({ name }) => name)
const sets = schema.container.entitySets.map(({ name }) => name)
const operations = [...schema.functions, ...schema.actions].map(
  ({ name, parameters: [binding, ...parameters] }) => ({ name, binding, parameters }),
)

describe('Code generators', () => {
  test('no member has the name of its type (C# CS0542), nor a name that every object has', () => {
    const inherited =
      'Equals Finalize GetHashCode GetType MemberwiseClone ReferenceEquals ToString toString constructor getClass hashCode notify wait'
    for (const { name, members } of structured) {
      const taken = new Set([name, ...inherited.split(' ')])
      expect([name, members.filter((member) => taken.has(member))]).toEqual([name, []])
    }
  })

  test('no bound operation has the name of a property of what it is bound to', () => {
    for (const { name, binding } of operations) {
      const bound = structured.find((type) => `Primmo.HApi.${type.name}` === binding?.type)
      expect([name, bound?.members.includes(name)]).toEqual([name, false])
    }
  })

  test('no type, set or operation is another’s namesake: the generator makes a class of each', () => {
    const names = [...typeNames, schema.container.name, 'HApi', 'Primmo', 'ExtensionMethods']
    expect(new Set(names).size).toBe(names.length)
    // Microsoft's makes a class XSingle of an entity X.
    expect(typeNames.filter((name) => typeNames.includes(`${name}Single`))).toEqual([])
  })

  test('no set hides what Microsoft.OData.Client’s context has', () => {
    const context =
      'BaseUri BuildingRequest Configurations Credentials Entities Format HttpRequestTransportMode KeyComparisonGeneratesFilterQuery Links MergeOption ResolveName ResolveType SaveChangesDefaultOptions SendingRequest2 Timeout UrlKeyDelimiter UsePostTunneling'
    expect(sets.filter((name) => context.split(' ').includes(name))).toEqual([])
  })

  test('no name is a word of a programming language or of the query language, in any letter case that would be used', () => {
    const words = new Set(
      (
        'abstract add all and any as async await base bool boolean break byte case catch char checked class const continue decimal def default del delegate delete ' +
        'div do double elif else enum eq event except explicit export extern false finally fixed float for foreach from function ge global goto gt has if implicit ' +
        'import in inf int interface internal is isof lambda le lock long lt mod mul nan namespace ne new none nonlocal not null object operator or out override package ' +
        'params pass private protected public raise readonly ref return sbyte sealed short sizeof stackalloc static string struct sub super switch synchronized this throw ' +
        'throws transient true try typeof uint ulong unchecked undefined unsafe ushort using var virtual void volatile while with yield'
      ).split(' '),
    )
    const all = [
      ...typeNames,
      ...sets,
      ...structured.flatMap(({ members }) => members),
      ...operations.flatMap(({ name, parameters }) => [name, ...parameters.map((p) => p.name)]),
    ]
    expect(all.filter((name) => words.has(name))).toEqual([])
  })

  test('names begin with a capital letter, so that a generator may write them in another case', () => {
    const all = [...typeNames, ...sets, ...structured.flatMap(({ members }) => members)]
    expect(all.filter((name) => !/^[A-Z][A-Za-z0-9]*$/.test(name))).toEqual([])
    for (const { name, members } of structured) {
      // `Rl31DwellingNo` and `RL31DwellingNo` would both be rl31DwellingNo.
      const camel = members.map((member) => member.toLowerCase())
      expect([name, new Set(camel).size]).toEqual([name, members.length])
    }
  })
})
