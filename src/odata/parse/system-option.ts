/** Names of the system query options (Protocol 4.01 §11.2.1): in any letter case, with or without `$`. */

const names = [
  '$apply',
  '$compute',
  '$count',
  '$deltatoken',
  '$expand',
  '$filter',
  '$format',
  '$id',
  '$index',
  '$levels',
  '$orderby',
  '$schemaversion',
  '$search',
  '$select',
  '$skip',
  '$skiptoken',
  '$top',
] as const

export type SystemOption = (typeof names)[number]

/** What a mistyped option may have meant, for hints. */
export const optionNames: readonly string[] = [...names, '$where']

const byName: ReadonlyMap<string, SystemOption> = new Map<string, SystemOption>([
  ...names.flatMap((name) => [[name, name] as const, [name.slice(1), name] as const]),
  // The integrator guide speaks of a `$where` clause.
  ['$where', '$filter'],
  ['where', '$filter'],
])

/** The option that `name` means, if any. */
export function findSystemOption(name: string): SystemOption | undefined {
  return byName.get(name) ?? byName.get(name.toLowerCase())
}
