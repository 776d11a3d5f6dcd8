/** The URL of another database on the same server. */
export function databaseUrl(serverUrl: string, name: string): string {
  // Not by `URL`: a socket's URL has no host, which that class refuses.
  const [, base, query = ''] = /^(\w+:\/\/[^/]*\/)[^?]*(\?.*)?$/.exec(serverUrl) ?? []
  if (base === undefined) throw new Error(`Not the URL of a database: ${serverUrl}`)
  return `${base}${name}${query}`
}
