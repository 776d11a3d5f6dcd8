/** People and firms as an address book has them: which properties hold the name, the numbers and the address. */

import type { EntityType } from '../model/entity-type.ts'
import { textFormatOf } from '../model/text-format.ts'
import { annotation, collection, enumMember, path, record } from './annotation.ts'
import type { Annotation, AnnotationValue } from './csdl.ts'

type Paths = Readonly<Record<string, AnnotationValue>>

/** What has an e-mail address and a name. */
export function contactAnnotations(type: EntityType): readonly Annotation[] {
  const names = new Set(type.properties.map(({ name }) => name))
  const emails = type.properties.filter((property) => textFormatOf(property)?.name === 'email')
  const person = pathsOf(names, { surname: 'LastName', given: 'FirstName' })
  const isPerson = names.has('LastName')
  if (emails.length === 0 || !(isPerson || names.has('Name'))) return []
  const phones = type.properties.filter((property) => textFormatOf(property)?.name === 'phone')
  const address = pathsOf(names, addressProperties)
  return [
    annotation(
      'Communication.Contact',
      record({
        ...(isPerson ? { n: record(person) } : { org: path('Name') }),
        ...(address['street'] === undefined ? {} : { adr: collection([record(address)]) }),
        tel: collection(
          phones.map(({ name }) => record({ uri: path(name), type: phoneType(name) })),
        ),
        email: collection(emails.map(({ name }) => record({ address: path(name) }))),
      }),
    ),
  ]
}

const addressProperties = {
  street: 'CivicNoAndStreet',
  locality: 'City',
  region: 'Province',
  code: 'PostalCode',
  country: 'Country',
}

function pathsOf(names: ReadonlySet<string>, members: Readonly<Record<string, string>>): Paths {
  return Object.fromEntries(
    Object.entries(members)
      .filter(([, name]) => names.has(name))
      .map(([member, name]) => [member, path(name)]),
  )
}

function phoneType(name: string): AnnotationValue {
  const kinds: readonly (readonly [RegExp, string])[] = [
    [/^Mobile/, 'cell'],
    [/^Work/, 'work'],
  ]
  const kind = kinds.find(([pattern]) => pattern.test(name))?.[1] ?? 'voice'
  return enumMember('Communication.PhoneType', kind)
}
