/** The metadata as a client reads them: what they say of each entity set. */

import type { ClientName, TestApp } from '../support/test-app.ts'

interface Restrictions {
  readonly [member: string]: unknown
}

export interface PropertyElement {
  readonly $Type?: string
  readonly $Kind?: string
  readonly $Collection?: boolean
  readonly '@Core.Computed'?: boolean
  readonly '@Core.Immutable'?: boolean
}

export interface Described {
  readonly name: string
  /** Annotations of the set, by term. */
  readonly set: Readonly<Record<string, unknown>>
  readonly alternateKey: readonly string[]
  readonly properties: readonly (PropertyElement & { readonly name: string })[]
  readonly navigation: readonly string[]
  /** Navigation properties that lead to one entity at most. */
  readonly singles: readonly string[]
}

interface Metadata {
  readonly container: Readonly<Record<string, unknown>>
  readonly schema: Readonly<Record<string, unknown>>
  readonly sets: readonly Described[]
}

/** The document as this client is given it. */
export async function metadataOf(app: TestApp, as: ClientName): Promise<Metadata> {
  const answer = await app.ask('/api/$metadata?$format=json', {
    as,
    headers: { 'odata-maxversion': '4.01' },
  })
  // As CSDL JSON is made.
  const schema =
    (answer.json as Record<string, Record<string, Record<string, unknown>>>)['Primmo.HApi'] ?? {}
  const { Container: container = {} } = schema
  const sets = Object.entries(container)
    .filter(
      (entry): entry is [string, Record<string, unknown>] =>
        typeof entry[1] === 'object' &&
        !entry[0].startsWith('@') &&
        (entry[1] as { $Collection?: boolean }).$Collection === true,
    )
    .map(([name, set]) => {
      const type = schema[String(set['$Type']).replace('Primmo.HApi.', '')] ?? {}
      const members = Object.entries(type as Record<string, PropertyElement>)
        .filter(([member]) => !/[$@]/.test(member))
        .map(([member, element]) => ({ ...element, name: member }))
      const relations = members.filter(({ $Kind }) => $Kind === 'NavigationProperty')
      const keys = type['@Core.AlternateKeys'] as { Key: { Alias: string }[] }[] | undefined
      return {
        name,
        set,
        alternateKey: (keys?.[0]?.Key ?? []).map(({ Alias }) => Alias),
        properties: members.filter(({ $Kind }) => $Kind === undefined),
        navigation: relations.map(({ name: member }) => member),
        singles: relations
          .filter(({ $Collection }) => $Collection !== true)
          .map(({ name: member }) => member),
      }
    })
  return { container, schema, sets }
}

export function restrictions({ set }: Described, term: string): Restrictions {
  return (set[`@Capabilities.${term}`] ?? {}) as Restrictions
}

export function names(value: unknown): readonly string[] {
  return (value ?? []) as string[]
}
