/** The one call site of the demo portfolio in tests: scale 1, in the template database. */

import type { ConnectionSettings } from '../../src/db/connection-settings.ts'

/** Fills the migrated template with what every test file finds. */
export async function seedTemplate(_connection: ConnectionSettings): Promise<void> {}
