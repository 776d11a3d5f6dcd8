/** What a command was asked for, as the audit tells it: ` --account DEV/ALEX --entity Tenant`. */
export function named(options: object): string {
  return Object.entries(options)
    .filter(([name, value]) => name !== 'json' && name !== 'quiet' && isSaid(value))
    .map(([name, value]) => ` --${name} ${value instanceof Date ? value.toISOString() : value}`)
    .join('')
}

function isSaid(value: unknown): boolean {
  return typeof value === 'string' || typeof value === 'number' || value instanceof Date
}
