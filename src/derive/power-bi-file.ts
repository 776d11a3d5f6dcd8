/** A `.pbids` file: opened, it makes Power BI Desktop ask for the feed account and offer the entity sets. */

/** @param serviceRoot absolute address of the service root, without a slash at its end */
export function powerBiFile(serviceRoot: string): string {
  const connection = {
    details: { protocol: 'odata', address: { url: `${serviceRoot}/` } },
    options: {},
    // The other mode asks the service anew for every click in a report.
    mode: 'Import',
  }
  return `${JSON.stringify({ version: '0.1', connections: [connection] }, null, 2)}\n`
}

export const POWER_BI_FILE_NAME = 'primmo-hapi.pbids'
